-- `print(next({}))` printed nil twice once it was compiled, and `select("#", next({}))` was 2: code that has next in place had two results
-- at the end, too, where there is one. The same of the function that ipairs returns.
local function first(t) return next(t) end
local function count(t, k) return select("#", next(t, k)), select("#", first(t)) end
local function all(...) return select("#", ...), ... end
local step = ipairs({})
local function elements(t, i) return all(step(t, i)) end
local function fixed(t) local k, v, none = next(t) return k, v, none end
for i = 1, 60 do
  local t = { i % 3 == 0 and i or nil }
  print(next(t))
  print(first(t))
  print(count(t), count({ 7 }, 1))
  print(all(next(t)))
  print((next(t)))
  print(elements(t, 0))
  print(elements({ 5 }, i % 2))
  print(fixed(t))
  local packed = { next(t) }
  print(#packed, packed[1])
end
local function rounds(t) local n = 0 for k, v in next, t do n = n + v end for _, v in ipairs(t) do n = n + v end return n end
for i = 1, 60 do print(rounds({ i, i }), rounds({})) end
