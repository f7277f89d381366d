-- Runs one benchmark: run.lua FILE SIZE ITERATIONS WARM-UP-SECONDS
-- FILE returns a function that takes a size and returns a digest. Prints the digest, then the seconds of every iteration after the warm-up.
local file, size, iterations, warm_up = arg[1], tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4])
arg = nil -- the programs in programs/ then know that they have been loaded by another program
local run = dofile(file)
local clock = os.clock

local digest
local function once()
  local result = run(size)
  if digest and result ~= digest then error("an iteration gave " .. result .. " instead of " .. digest) end
  digest = result
end

local start = clock()
while clock() - start < warm_up do once() end
local seconds = {}
for i = 1, iterations do
  local before = clock()
  once()
  seconds[i] = clock() - before
end
print(digest)
print("seconds", unpack(seconds))
