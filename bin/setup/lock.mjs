// SPDX-License-Identifier: MIT
/** One set-up at a time: a second one waits for the first, and takes over from one that died. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stateFolder } from "./stamps.mjs";

const file = join(stateFolder, "lock");

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function tryLock() {
  mkdirSync(stateFolder, { recursive: true });
  try {
    writeFileSync(file, `${process.pid}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

function holder() {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0; // gone in the meantime
  }
}

export async function withLock(progress, action) {
  for (let told = false; !tryLock(); ) {
    const pid = holder();
    if (pid > 0 && isAlive(pid)) {
      if (!told) progress.say(`Another set-up is running (process ${pid}); waiting for it.`);
      told = true;
      await sleep(500);
    } else {
      rmSync(file, { force: true });
    }
  }
  const unlock = () => rmSync(file, { force: true });
  process.once("exit", unlock);
  try {
    return await action();
  } finally {
    unlock();
    process.removeListener("exit", unlock);
  }
}
