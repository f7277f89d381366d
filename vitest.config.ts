// SPDX-License-Identifier: MIT
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Programs that may crash run in child processes, so one test can take as long as one slow program.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    reporters: process.stdout.isTTY ? ["default"] : [["default", { summary: false }]],
  },
});
