// SPDX-License-Identifier: MIT
/**
 * What tells builds apart whose bytecode may differ. In the command line's bundle this module is a constant, which set-up takes from here
 * (bin/setup/bundle.mjs).
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "./native.js";

/** Whatever makes bytecode, gives it a form or a meaning is somewhere below these. */
const FOLDERS = ["lang", "jit", "runtime"];
const isSource = (name: string): boolean => /(?<!\.d)\.[jt]s$/.test(name);

let known: string | undefined;

/** Another text for any other build. */
export function buildVersion(): string {
  known ??= versionOf(dirname(dirname(fileURLToPath(import.meta.url))));
  return known;
}

/** @param root the folder that those are in */
export function versionOf(root: string): string {
  const hash = createHash("sha256");
  for (const folder of FOLDERS) {
    const names = readdirSync(join(root, folder), { recursive: true }).map(String).filter(isSource).sort();
    for (const name of names) hash.update(`${folder}/${name}\0`).update(readFileSync(join(root, folder, name)));
  }
  // The versions of what is imported.
  hash.update(readFileSync(join(projectRoot, "package.json")));
  return hash.digest("hex");
}
