// SPDX-License-Identifier: MIT
/** The REPL on a terminal, which `script` of util-linux makes: editing, history, Ctrl-C and Ctrl-D. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { historyFile } from "../../runtime/repl/history.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-terminal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const history = join(folder, "state", "history");

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const UP = "\x1b[A";

class Terminal {
  private readonly child: ChildProcess;
  private output = "";
  private seen = 0;
  private readonly exited: Promise<number | null>;

  constructor(args: readonly string[] = []) {
    const command = [process.execPath, join(projectRoot, "bin", "yugong"), "repl", ...args].join(" ");
    this.child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      env: { ...process.env, YUGONG_HISTORY: history, TERM: "xterm" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    // It may have ended when the last of the input comes.
    this.child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve) => this.child.on("close", resolve));
  }

  /** What has been written from the last match up to the end of this one. */
  async until(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const fresh = this.output.slice(this.seen);
      const found = pattern.exec(fresh);
      if (found !== null) {
        const end = found.index + found[0].length;
        this.seen += end;
        return fresh.slice(0, end);
      }
      if (Date.now() > deadline) throw new Error(`no ${pattern} in ${JSON.stringify(fresh)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  async exitCode(): Promise<number | null> {
    return this.exited;
  }

  /** Killing `script` would have it say so on our terminal: end its input instead. */
  close(): void {
    this.child.stdin?.end(CTRL_C + CTRL_D);
  }
}

let terminal: Terminal | undefined;
afterEach(() => terminal?.close());

async function started(): Promise<Terminal> {
  terminal = new Terminal();
  await terminal.until(/:help .*\n.*> /s);
  return terminal;
}

describe("the repl on a terminal", () => {
  it("prompts, differently while an input is not complete, and ends with Ctrl-D", async () => {
    const repl = await started();
    repl.type("for i = 1, 2 do\r");
    await repl.until(/>> /);
    repl.type("print(i * 10) end\r");
    await repl.until(/\n10\r\n20\r\n[^\n]*> /);
    repl.type(CTRL_D);
    expect(await repl.exitCode()).toBe(0);
  });

  it("keeps its lines in a file, and offers them again", async () => {
    rmSync(history, { force: true });
    let repl = await started();
    repl.type("answer = 40 + 2\r");
    await repl.until(/\n[^\n]*> /);
    repl.type("os.exit(5)\r");
    expect(await repl.exitCode()).toBe(5);
    expect(readFileSync(history, "utf8")).toBe("answer = 40 + 2\nos.exit(5)\n");
    repl = await started();
    repl.type(UP + UP);
    await repl.until(/answer = 40 \+ 2/);
    repl.type("0\r");
    await repl.until(/\n[^\n]*> /);
    repl.type("answer\r");
    await repl.until(/\n60\r\n/);
  });

  it("clears the line on Ctrl-C, and an input that is not complete", async () => {
    const repl = await started();
    repl.type("this is nothing");
    await repl.until(/this is nothing/);
    repl.type(CTRL_C);
    await repl.until(/\^C\r\n[^\n]*> /);
    repl.type("if true then\r");
    await repl.until(/>> /);
    repl.type(CTRL_C);
    await repl.until(/\^C\r\n[^\n]*> /);
    repl.type("6 * 7\r");
    expect(await repl.until(/\n42\r\n/)).not.toMatch(/unexpected|expected/);
  });

  it("interrupts a running program on Ctrl-C, and goes on", async () => {
    const repl = await started();
    repl.type("print('runs') while true do end\r");
    // A line is seen at once, before the program ends.
    await repl.until(/\nruns\r\n/);
    repl.type(CTRL_C);
    await repl.until(/interrupted!\r\nstack traceback:\r\n/);
    repl.type("6 * 7\r");
    await repl.until(/\n42\r\n/);
  });

  // libuv makes the descriptors that it reads from non-blocking, and io.read, which had the same one, found nothing there unless the
  // line had been typed before.
  it("lets io.read wait for a line of the terminal", async () => {
    const repl = await started();
    repl.type("name = io.read()\r");
    await repl.until(/\n/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    repl.type("ada\n");
    await repl.until(/\n[^\n]*> /);
    repl.type("#name .. name\r");
    await repl.until(/\n3ada\r\n/);
  });
});

describe("the history's place", () => {
  it("is in the user's state directory, or where YUGONG_HISTORY says", () => {
    expect(historyFile({ XDG_STATE_HOME: "/state" })).toBe("/state/yugong/history");
    expect(historyFile({ XDG_STATE_HOME: "relative" })).toMatch(/^\/.*\/\.local\/state\/yugong\/history$/);
    expect(historyFile({ YUGONG_HISTORY: "/elsewhere" })).toBe("/elsewhere");
    expect(historyFile({ YUGONG_HISTORY: "" })).toBeUndefined();
  });
  it("may be one that cannot be written", async () => {
    writeFileSync(join(folder, "state-file"), "");
    const child = spawn("script", ["-qec", `${process.execPath} ${join(projectRoot, "bin", "yugong")} repl`, "/dev/null"], {
      env: { ...process.env, YUGONG_HISTORY: join(folder, "state-file", "history") },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("42")) child.stdin.write(CTRL_D);
    });
    child.stdin.write("6 * 7\r");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    expect(output).toMatch(/\n42\r\n/);
  });
});
