// SPDX-License-Identifier: MIT
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Programs that may crash run in child processes, so one test can take as long as one slow program.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    // Tests leave the user's files alone, and compile.
    env: { YUGONG_CACHE: "off" },
    reporters: process.stdout.isTTY ? ["default"] : [["default", { summary: false }]],
  },
});
