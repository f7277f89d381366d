// SPDX-License-Identifier: MIT
/**
 * How a step knows that it has been done: .setup/<step>.stamp holds a fingerprint of its inputs. It is written, by renaming, after the
 * step has succeeded, so a step that was interrupted runs again.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const stateFolder = join(root, ".setup");

export const inRoot = (path) => resolve(root, path);

function* filesIn(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    yield { path, stat };
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* filesIn(child);
    else yield { path: child, stat: statSync(child) };
  }
}

/** Files and folders by name, size and time: cheap, and editing a file never goes unnoticed. */
export function timesOf(paths, accepts = () => true) {
  const list = [];
  for (const path of paths) {
    for (const { path: file, stat } of filesIn(inRoot(path))) if (accepts(file)) list.push(`${file} ${stat.size} ${stat.mtimeMs}`);
  }
  return list.sort();
}

/** Files and folders by content, for outputs that are often written again without a change. */
export function contentsOf(paths, accepts = () => true) {
  const list = [];
  for (const path of paths) {
    for (const { path: file } of filesIn(inRoot(path))) {
      if (accepts(file)) list.push(`${file} ${createHash("sha1").update(readFileSync(file)).digest("hex")}`);
    }
  }
  return list.sort();
}

const stampFile = (step) => join(stateFolder, `${step.id}.stamp`);

function fingerprint(step) {
  // The checkout's own path is part of it: build folders do not survive being moved.
  const parts = [root, process.versions.modules, ...step.inputs()];
  return createHash("sha1").update(parts.join("\n")).digest("hex");
}

export const missingOutputs = (step) => step.outputs.filter((output) => !existsSync(inRoot(output)));

export function isUpToDate(step) {
  const file = stampFile(step);
  if (!existsSync(file) || missingOutputs(step).length > 0) return false;
  return readFileSync(file, "utf8") === fingerprint(step);
}

export function markDone(step) {
  mkdirSync(stateFolder, { recursive: true });
  const temporary = `${stampFile(step)}.${process.pid}`;
  writeFileSync(temporary, fingerprint(step));
  renameSync(temporary, stampFile(step));
}
