// SPDX-License-Identifier: MIT
/**
 * Coroutines whose first stack is full: what calls itself without being a function of the program, and what its neighbours on the slab have
 * afterwards. lua5.1 has other limits here; what agrees with it is in suite/2.11-coroutines.lua.
 */
import { describe, expect, it } from "vitest";
import { modesNamed } from "../batch/modes.js";
import { runBatch } from "../batch/run.js";

/** Coroutines that lie all around the one that needs much. */
const neighbours = `
  local others = {}
  local function more()
    for i = 1, 30 do
      local a, b, c = i, i * 2, { i }
      local other = coroutine.wrap(function() while true do coroutine.yield(a + b + c[1]) end end)
      others[#others + 1] = function() return other() == 4 * i end
      other()
    end
  end
  local function try(f)
    more()
    local co = coroutine.create(f)
    more()
    print(coroutine.resume(co))
    for _, same in ipairs(others) do assert(same()) end
  end
`;

const programs = {
  "pcall that calls pcall": `
    local calls = {}
    for i = 1, 7900 do calls[i] = pcall end
    calls[7900] = function() return "end" end
    try(function() return select("#", pcall(unpack(calls))) end)`,
  "handlers that fail": `
    try(function() return xpcall(error, error) end)
    try(function() return xpcall(function() local x = nil + 1 end, function(m) return m.x.y end) end)`,
  "tostring that calls tostring": `
    local object = setmetatable({}, { __tostring = tostring })
    try(function() return (select(2, pcall(tostring, object)):gsub("^.-:%d+: ", "")) end)`,
  "as many arguments as there can be": `
    local t = {}
    for i = 1, 7990 do t[i] = i end
    local function f(n, ...) if n == 0 then return select("#", ...) end return 1 + f(n - 1, ...) end
    for _, depth in ipairs { 0, 1, 30, 100 } do try(function() return f(depth, unpack(t)) end) end`,
};

const expected: Readonly<Record<keyof typeof programs, string>> = {
  "pcall that calls pcall": "true\t7901\n",
  "handlers that fail": "true\tfalse\terror in error handling\n".repeat(2),
  "tostring that calls tostring": "true\tstack overflow\n",
  "as many arguments as there can be": "true\t7990\ntrue\t7991\ntrue\t8020\ntrue\t8090\n",
};

describe.each(Object.entries(modesNamed(["interpreter", "eager", "stacks", "stacks+deopt:3"])))("%s", (_, mode) => {
  it.each(Object.keys(programs) as (keyof typeof programs)[])("%s", { timeout: 60_000 }, async (name) => {
    const [outcome] = await runBatch([{ file: "full.lua", source: neighbours + programs[name] }], mode);
    expect(outcome).toEqual({ output: expected[name] });
  });
});

/**
 * What a virtual coroutine's frames needed was taken to be what all frames of its loop's function need, arguments included, and looked for when
 * those had gone: where stacks cannot go on elsewhere, "stack overflow" was raised from what was left, and no pcall caught it.
 */
const manyArguments = `
  local function sum(...)
    local s, n = 0, select("#", ...)
    for x in coroutine.wrap(function() local t = 1 for i = 1, 100 do t = t + i coroutine.yield(t) end end) do s = s + x + n end
    return s
  end
  local t = {}
  for i = 1, 5000 do t[i] = i end
  for i = 1, 20 do print(pcall(sum, unpack(t))) end`;

describe.each([50, 57, 61])("guard number %i fails, of stacks that cannot go on elsewhere", (count) => {
  it("a body without a stack gets one", async () => {
    const [stress] = Object.values(modesNamed([`deopt:${count}`]));
    const [outcome] = await runBatch([{ file: "small.lua", source: manyArguments }], { ...stress, coroutineStackBytes: 65536 });
    expect(outcome).toEqual({ output: "true\t671800\n".repeat(20) });
  });
});
