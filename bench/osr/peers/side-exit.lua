-- SPDX-License-Identifier: MIT
-- Side exits of LuaJIT's traces: luajit side-exit.lua SAMPLES. Prints, for each number of live values, the nanoseconds that an iteration
-- with a side exit takes more than one that stays in the trace. All values change in each round, so that the exit has to write them
-- back. An exit that is never hot gets no trace of its own: the interpreter runs the rest of the iteration and enters the trace again.
local samples = tonumber(arg[1])
jit.opt.start("hotexit=100000")

local ROUNDS = 20000

local function names(count, format)
  local list = {}
  for i = 1, count do list[i] = format:format(i, i, i) end
  return list
end

-- function(flags, rounds): the sum of `count` locals, which each grow by 1 a round; where a flag is set, the first grows by another 1.
local function loop(count)
  return assert(loadstring(([[
    return function(flags, rounds)
      local %s = %s
      for i = 1, rounds do
        %s
        if flags[i] then v1 = v1 + 1 end
      end
      return %s
    end]]):format(table.concat(names(count, "v%d"), ", "), table.concat(names(count, "0"), ", "), table.concat(names(count, "v%d = v%d + 1"), " "),
    table.concat(names(count, "v%d"), " + "))))()
end

local never, always = {}, {}
for i = 1, ROUNDS do never[i], always[i] = false, true end

local function nanoseconds(run, flags, expected)
  local start = os.clock()
  local repeats, right = 0, true
  repeat
    right = run(flags, ROUNDS) == expected and right
    repeats = repeats + 1
  until os.clock() - start > 0.005
  return (os.clock() - start) / repeats / ROUNDS * 1e9, right
end

for _, count in ipairs { 1, 4, 16, 20 } do
  local run = loop(count)
  for _ = 1, 10 do run(never, ROUNDS) end
  local fields, right = {}, true
  for _ = 1, samples do
    local exiting, rightExit = nanoseconds(run, always, (count + 1) * ROUNDS)
    local staying, rightStay = nanoseconds(run, never, count * ROUNDS)
    fields[#fields + 1] = ("%.2f"):format(exiting - staying)
    right = right and rightExit and rightStay
  end
  print(table.concat({ "side exit", "live values=" .. count, right and "right" or "wrong", table.concat(fields, "\t") }, "\t"))
end
