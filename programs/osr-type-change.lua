-- A function that is fed another type after millions of calls.
--
-- `double` sees three million small integers, so its compiled code guards that its argument is an int32 and keeps everything in a register.
-- Then come fractions: the guard at the entry fails on every call. After some failures the code is given up, and the next one is made
-- for doubles. Then come strings, which lua turns into numbers in arithmetic; in the end the function is compiled for any type.
--   Expected: deopts with another reason for every phase, fewer and fewer of them.
-- Usage: osr-type-change.lua [calls for each phase]

local calls = tonumber(arg and arg[1]) or 3000000

local function double(x)
  return x + x
end

local function feed(value, times)
  local sum = 0
  for _ = 1, times do
    sum = double(value) + sum
    if sum > 1000000 then sum = sum - 1000000 end
  end
  return sum
end

print("integers", feed(3, calls))
print("fractions", feed(0.25, calls))
print("strings", feed("21", math.floor(calls / 5)))
print("integers again", feed(3, calls))
