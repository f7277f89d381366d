// SPDX-License-Identifier: MIT
/** The command line: what it prints and how it exits. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { normalizeArguments } from "../../runtime/cli.js";
import { plainRun } from "../../runtime/main.js";
import { projectRoot } from "../../runtime/native.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function yugong(args: readonly string[], input = ""): { stdout: string; stderr: string; exitCode: number | null } {
  const child = spawnSync(process.execPath, [join(projectRoot, "bin", "yugong"), ...args], { input, encoding: "utf8", cwd: folder });
  return { stdout: child.stdout, stderr: child.stderr, exitCode: child.status };
}

function program(name: string, source: string): string {
  writeFileSync(join(folder, name), source);
  return name;
}

describe("yugong run", () => {
  it("runs a file with arguments, numbers and options among them", () => {
    const file = program("arguments.lua", "print(arg[0], arg[1], arg[2], arg[3])");
    expect(yugong(["run", file, "one", "--mode", "x"])).toEqual({ stdout: "arguments.lua\tone\t--mode\tx\n", stderr: "", exitCode: 0 });
  });
  it("has written everything when it ends in the middle of a compile, files that nobody has closed too", () => {
    // Around the time at which there is code, and before LLVM has been loaded.
    for (const rounds of [2000, 1e5, 1e6, 5e6]) {
      const name = `left-${rounds}.txt`;
      const file = program(
        "unclosed.lua",
        `local out, s = io.open("${name}", "w"), 0
         out:write(("x"):rep(100000), "end")
         for i = 1, ${rounds} do s = s + i % 7 end
         io.write(("y"):rep(300000), "\\n")
         for i = 1, 1000 do io.write(i, " ") end`,
      );
      const { stdout, stderr, exitCode } = yugong([file]);
      expect([stdout.length, stdout.slice(-9), stderr, exitCode]).toEqual([303894, "999 1000 ", "", 0]);
      expect(readFileSync(join(folder, name), "latin1")).toBe(`${"x".repeat(100000)}end`);
    }
  });
  it("leaves Node the time to write what it was asked for", () => {
    const coverage = join(folder, "coverage");
    const args = [join(projectRoot, "bin", "yugong"), program("covered.lua", "print(1)")];
    const { stdout } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
    });
    expect(stdout).toBe("1\n");
    expect(readdirSync(coverage)).toHaveLength(1);
  });
  it("is what a bare FILE means", () => {
    expect(yugong([program("bare.lua", "print(arg[1])"), "x"])).toEqual({ stdout: "x\n", stderr: "", exitCode: 0 });
  });
  it("takes -e CODE, in front of a file or alone", () => {
    expect(yugong(["-e", "print(1 / 4)"])).toEqual({ stdout: "0.25\n", stderr: "", exitCode: 0 });
    expect(yugong(["run", "-e", "x = 1", "-ey = 2", program("globals.lua", "print(x, y)")]).stdout).toBe("1\t2\n");
    expect(yugong(["-e", "print(arg, ...)"]).stdout).toBe("nil\n");
  });
  it("takes -l MODULE, in the order of -e and -l", () => {
    program("listed.lua", "print('listed', x, ...) x = 2");
    const file = program("after.lua", "print(x, package.loaded.listed)");
    expect(yugong(["-e", "x = 1", "-l", "listed", "-e", "print(x)", "-llisted", file]).stdout).toBe("listed\t1\tlisted\n2\n2\ttrue\n");
    const { stderr, exitCode } = yugong(["-l", "nowhere", file]);
    expect(stderr).toMatch(
      /^yugong: module 'nowhere' not found:\n\tno field package\.preload\['nowhere'\]\n\tno file '\.\/nowhere\.lua'\n/,
    );
    expect(exitCode).toBe(1);
  });
  it("gives the program the whole command line in arg", () => {
    const file = program("all.lua", "for i = -4, 3 do io.write(tostring(arg[i]), ' ') end print(...)");
    expect(yugong(["-e", "x = 1", "--", file, "-a", "--"]).stdout).toBe("yugong -e x = 1 -- all.lua -a -- nil -a\t--\n");
    expect(yugong(["-", "a"], "print(arg[0], arg[1], arg[-1], ...)").stdout).toBe("-\ta\tyugong\ta\n");
  });
  it("prints the version for -v, and goes on", () => {
    expect(yugong(["-v"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^yugong \d+\.\d+\.\d+\n$/) });
    expect(yugong(["-v", "-e", "print(1)"]).stdout).toMatch(/^yugong \d+\.\d+\.\d+\n1\n$/);
  });
  it("lets io open files below the current directory and the program's, unless told otherwise", () => {
    const outside = mkdtempSync(join(tmpdir(), "yugong-outside-"));
    try {
      symlinkSync(outside, join(folder, "link"));
      symlinkSync(join(outside, "made"), join(folder, "dangling"));
      writeFileSync(join(outside, "x.txt"), "outside");
      mkdirSync(join(folder, "below"), { recursive: true });
      const file = program(
        "files.lua",
        "for i = 1, #arg do local f, m, n = io.open(arg[i], 'w') print(f and 'open' or m, n) if f then f:close() end end",
      );
      const refused = (name: string): string => `${name}: outside the program's directory tree (--files=all allows it)\t13\n`;
      expect(yugong([file, "in.txt", "below/../below/in.txt", join(folder, "in.txt"), "/dev/null"]).stdout).toBe("open\tnil\n".repeat(4));
      const names = [join(outside, "x.txt"), "link/x.txt", "dangling", "../x.txt", "below/../../x.txt", "/"];
      expect(yugong([file, ...names]).stdout).toBe(names.map(refused).join(""));
      expect(yugong(["--files=all", file, join(outside, "x.txt"), "dangling"]).stdout).toBe("open\tnil\n".repeat(2));
      expect(yugong(["-e", `print(pcall(io.lines, '${join(outside, "x.txt")}'))`]).stdout).toMatch(
        /^false\tbad argument #1 to '\?' \(.*outside the program's/,
      );
      const own = join(outside, "own.lua");
      writeFileSync(own, `print(io.open('${join(outside, "x.txt")}') ~= nil)`);
      expect(yugong([own]).stdout).toBe("true\n");
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
  it("exits as os.exit says, and with 1 after an error of any type", () => {
    expect(yugong(["-e", "io.write('x') os.exit(3)"])).toEqual({ stdout: "x", stderr: "", exitCode: 3 });
    expect(yugong(["-e", "coroutine.wrap(function() os.exit(256 + 7) end)()"]).exitCode).toBe(7);
    expect(yugong(["-e", "os.exit()", "-e", "print(1)"])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect(yugong(["-e", "error({})"])).toEqual({ stdout: "", stderr: "yugong: (error object is not a string)\n", exitCode: 1 });
    expect(yugong(["-e", "error()"])).toEqual({ stdout: "", stderr: "", exitCode: 1 });
    expect(yugong(["-e", "error('')"]).stderr).toMatch(/^yugong: \(command line\):1: \nstack traceback:\n/);
  });
  it("takes - for standard input, and skips a first line that starts with #", () => {
    expect(yugong(["-"], "#!/usr/bin/lua\nprint(7)\n")).toEqual({ stdout: "7\n", stderr: "", exitCode: 0 });
    expect(yugong([], "print(8)")).toEqual({ stdout: "8\n", stderr: "", exitCode: 0 });
  });
  it("exits with 1 when the program raises an error", () => {
    const { stderr, exitCode } = yugong(["run", program("raise.lua", "\nerror('no way')")]);
    expect(stderr.split("\n")[0]).toBe("yugong: raise.lua:2: no way");
    expect(exitCode).toBe(1);
  });
  it("exits with 1 when the program cannot be compiled, and points at the place", () => {
    const { stderr, exitCode } = yugong(["run", program("syntax.lua", "local x = = 1\n")]);
    expect(stderr).toMatch(/^yugong: syntax\.lua:1:11: .*\n {2}local x = = 1\n {12}\^/);
    expect(exitCode).toBe(1);
  });
  it("exits with 1 when there is no such file", () => {
    const expected = { stdout: "", stderr: "yugong: cannot open nowhere.lua: No such file or directory\n", exitCode: 1 };
    expect(yugong(["run", "nowhere.lua"])).toEqual(expected);
    expect(yugong(["nowhere.lua"])).toEqual(expected);
    expect(yugong(["./"])).toEqual({ stdout: "", stderr: "yugong: cannot read ./: Is a directory\n", exitCode: 1 });
    for (const command of ["dump", "explain", "repl"]) expect(yugong([command, "nowhere.lua"])).toEqual(expected);
  });
  it("exits with 1 when a file is no text, and shows little of it", () => {
    writeFileSync(join(folder, "garbage"), Buffer.from(`\x7fELF\x02\x1b[2J${"\0".repeat(5000)}`, "latin1"));
    expect(yugong(["run", "garbage"])).toEqual({
      stdout: "",
      stderr: `yugong: garbage:1:1: unexpected symbol near 'char(127)'\n  .ELF..[2J${".".repeat(91)}...\n  ^\n`,
      exitCode: 1,
    });
    writeFileSync(join(folder, "luac.out"), "\x1bLuaQ\0\x01\x04");
    const stderr = "yugong: cannot load luac.out: it is compiled for another Lua; programs are run from their source\n";
    expect(yugong(["run", "luac.out"])).toEqual({ stdout: "", stderr, exitCode: 1 });
  });
  it("exits with 2 when a report cannot be written, before the program runs", () => {
    const file = program("reported.lua", "print(1)");
    const reports: string[][] = [
      ...["--stats-json", "--events", "--trace-json"].map((option) => ["run", `${option}=no/such/report`]),
      ["run", "--dump=ir", "--dump-file=no/such/report"],
      ["explain", "--html=no/such/report"],
      ["explain", "--json=no/such/report"],
    ];
    const stderr = "yugong: cannot write no/such/report: No such file or directory\n";
    for (const words of reports) expect(yugong([...words, file])).toEqual({ stdout: "", stderr, exitCode: 2 });
  });
  it("exits with 2 when a report cannot be written to its end, and says which", () => {
    const file = program("full.lua", "for i = 1, 5000 do end");
    for (const option of ["--stats-json", "--events", "--trace-json"]) {
      const { stderr, exitCode } = yugong(["run", `${option}=/dev/full`, file]);
      expect({ stderr, exitCode }).toEqual({ stderr: "yugong: cannot write /dev/full: No space left on device\n", exitCode: 2 });
    }
    const explained = yugong(["explain", "--json=/dev/full", file]);
    expect(explained).toEqual({ stdout: "", stderr: "yugong: cannot write /dev/full: No space left on device\n", exitCode: 2 });
  });
  it("exits with 2 when help is wanted of what is no command", () => {
    const { stderr, exitCode } = yugong(["help", "explian"]);
    expect(stderr).toMatch(/^error: there is no command 'explian' to help with\n/);
    expect(exitCode).toBe(2);
  });
  it("ends when nobody reads its output any more, as lua5.1 does", () => {
    const endless = program("endless.lua", "while true do print(1) end");
    const inPipe = (command: string): string[] =>
      spawnSync("bash", ["-c", `${command} | head -1; echo "${"$"}{PIPESTATUS[0]}"`], { cwd: folder, encoding: "utf8", timeout: 20_000 })
        .stdout.trim()
        .split("\n");
    const bin = join(projectRoot, "bin", "yugong");
    expect(inPipe(`lua5.1 ${endless}`)).toEqual(["1", "141"]);
    expect(inPipe(`${bin} ${endless}`)).toEqual(["1", "141"]);
    expect(inPipe(`${bin} -e 'while true do io.stderr:write("x\\n") end' 2>&1`)).toEqual(["x", "141"]);
    expect(inPipe(`${bin} repl <<< 'while true do print(1) end'`)).toEqual(["1", "141"]);
    for (const command of ["--help", `dump ${endless}`]) expect(inPipe(`${bin} ${command}`)[1]).toBe("0");
  });
  it("keeps stdout for the program: traces and statistics go to stderr", () => {
    const file = program("hot.lua", "local s = 0 for i = 1, 100000 do s = s + i end print(s)");
    const { stdout, stderr } = yugong(["run", "--compile=blocking", "--trace", "--stats", file]);
    expect(stdout).toBe("5000050000\n");
    expect(stderr).toMatch(/ ms {2}compile /);
    expect(stderr).toMatch(/ ms {2}osr /);
    expect(stderr).toMatch(/^LLVM +loaded$/m);
  });
  it("prints statistics as JSON, to stderr or to a file", () => {
    const file = program("hot.lua", "local s = 0 for i = 1, 100000 do s = s + i end print(s)");
    const { stdout, stderr } = yugong(["run", "--compile=blocking", "--stats=json", "--stats-json=stats.json", file]);
    expect(stdout).toBe("5000050000\n");
    const printed = JSON.parse(stderr) as Record<string, unknown>;
    expect(printed).toEqual(JSON.parse(readFileSync(join(folder, "stats.json"), "utf8")));
    expect(printed).toMatchObject({ coroutines: 0, guards: 0, givenUp: 0, lazyDeopts: 0, suspendedDeopts: 0, llvmLoaded: true });
    expect(Object.keys(printed)).toEqual([
      ...[
        "milliseconds",
        "compiled",
        "compileMilliseconds",
        "pauseMilliseconds",
        "longestPauseMilliseconds",
        "codeBytes",
        "irInstructions",
        "givenUp",
        "osrEntries",
      ],
      ...["eagerDeopts", "lazyDeopts", "suspendedDeopts", "deoptNanoseconds", "invalidated", "stackSwaps", "coroutines"],
      ...["collections", "collectionMilliseconds", "heapBytes", "guards", "llvmLoaded"],
    ]);
    for (const key of [
      "compiled",
      "compileMilliseconds",
      "codeBytes",
      "irInstructions",
      "osrEntries",
      "eagerDeopts",
      "deoptNanoseconds",
      "heapBytes",
    ])
      expect(printed[key], key).toBeGreaterThan(0);
    const cold = yugong(["run", "--stats-json", "cold.json", program("cold.lua", "print(1)")]);
    expect(cold).toEqual({ stdout: "1\n", stderr: "", exitCode: 0 });
    expect(JSON.parse(readFileSync(join(folder, "cold.json"), "utf8"))).toMatchObject({ compiled: 0, osrEntries: 0, llvmLoaded: false });
  });
  it("traces only what is asked for", () => {
    const file = program("hot.lua", "local s = 0 for i = 1, 100000 do s = s + i end print(s)");
    const { stderr } = yugong(["run", "--compile=blocking", "--trace=osr", file]);
    expect(stderr).toMatch(/ osr /);
    expect(stderr).not.toMatch(/ compile /);
  });
  it("writes events as lines of JSON", () => {
    yugong(["run", "--events=events.jsonl", program("tiny.lua", "print(1)")]);
    const events = readFileSync(join(folder, "events.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string });
    expect(events.map(({ kind }) => kind)).toEqual(["swaps"]);
  });
  it("loads no LLVM for a program that never gets hot", () => {
    const { stderr } = yugong(["run", "--stats", program("cold.lua", "for i = 1, 100 do local x = i * i end")]);
    expect(stderr).toMatch(/^LLVM +not loaded$/m);
    expect(stderr).toMatch(/^compiled +0 /m);
  });
  it("compiles nothing as an interpreter", () => {
    const { stderr } = yugong(["run", "--mode=interpreter", "--stats", program("loop.lua", "for i = 1, 1000000 do local x = i * i end")]);
    expect(stderr).toMatch(/^LLVM +not loaded$/m);
  });
});

describe("yugong", () => {
  it("exits with 0 for --help and --version", () => {
    const help = yugong(["--help"]);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toMatch(/^Usage: yugong/);
    expect(help.stdout).toMatch(/Exit codes: 0 /);
    expect(yugong(["--version"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^yugong \d+\.\d+\.\d+\n$/) });
    expect(yugong(["run", "--help"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Usage: yugong run /) });
    expect(yugong(["help", "run"])).toEqual(yugong(["run", "--help"]));
  });
  const misuses: [string, string[], RegExp][] = [
    ["an unknown command", ["fly"], /unknown command 'fly'/],
    ["an unknown option", ["run", "--fly", "x.lua"], /unknown option '--fly'/],
    ["an unknown mode", ["run", "--mode=fast", "x.lua"], /default, interpreter, eager/],
    ["an unknown kind of event", ["run", "--trace=fly", "x.lua"], /unknown kind of event 'fly'/],
    ["no kind of event", ["run", "--trace=", "x.lua"], /one of compile, osr, deopt, gc, swap and all is needed/],
    ["a number that is too large", ["run", "--hot=2147483648", "x.lua"], /a whole number from 0 to 2147483647 is needed/],
    ["an unknown form of statistics", ["run", "--stats=xml", "x.lua"], /text, json/],
    ["run without anything", ["run"], /a FILE or -e CODE is needed/],
    ["a function to dump, and nothing of it", ["run", "--function=f", "x.lua"], /--function and --dump-file go with --dump/],
  ];
  for (const [name, args, message] of misuses) {
    it(`exits with 2 and says what is wrong: ${name}`, () => {
      const { stdout, stderr, exitCode } = yugong(args);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(args[0] === "run" ? /yugong run --help/ : /yugong --help/);
      expect(exitCode).toBe(2);
    });
  }
  it("is a repl when it stands alone on a terminal", () => {
    expect(normalizeArguments([], new Set(), () => true)).toEqual(["repl"]);
    expect(normalizeArguments([], new Set(), () => false)).toEqual(["run", "-"]);
  });
  it("dumps bytecode", () => {
    const { stdout, exitCode } = yugong(["dump", program("dump.lua", "local function twice(x) return x + x end print(twice(2))")]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/twice/);
    expect(stdout).toMatch(/ADD/);
  });
});

describe("a run without options", () => {
  it("is known by its words", () => {
    expect(plainRun(["run", "x", "-a", "--"])).toEqual({ file: "x", args: ["-a", "--"], before: ["yugong", "run"] });
    expect(plainRun(["x.lua"])).toEqual({ file: "x.lua", args: [], before: ["yugong"] });
    for (const words of [[], ["run"], ["run", "-"], ["run", "--trace", "x"], ["-e.lua", "x"], ["repl", "x.lua"], ["help", "run"], ["x"]])
      expect(plainRun(words), words.join(" ")).toBeUndefined();
  });
  it("is the same as one whose options are all parsed", () => {
    const file = program("plain.lua", "for i = -3, 3 do io.write(tostring(arg[i]), ' ') end print(...) error({})");
    const plain = yugong(["run", file, "-a", "--", "b"]);
    const parsed = yugong(["run", "--mode=default", file, "-a", "--", "b"]);
    expect(plain.stdout).toBe("nil yugong run plain.lua -a -- b -a\t--\tb\n");
    expect({ ...parsed, stdout: "" }).toEqual({ ...plain, stdout: "" });
    expect(yugong(["run", "missing"])).toEqual(yugong(["run", "--mode=default", "missing"]));
  });
});
