-- and, or, not, comparisons: as values, as conditions, nested.
local values = { 1, false, "s" }
local N = nil
local function v(x) print("eval", x) return x end
print(nil and 1, false and 1, 1 and 2, nil or 1, false or nil, 1 or 2)
print(v(1) and v(2), v(nil) and v(2), v(false) or v(nil), v(1) or v(2))
print(v(1) and v(nil) or v(3), v(nil) or v(false) and v(2))
print(not nil, not 0, not not nil, not v(1), not (v(1) and v(nil)))
print(1 < 2, 1 > 2, 1 <= 1, 1 >= 2, 1 == 1, 1 ~= 1, "a" < "b", "a" >= "b", "1" == 1)
local x, y = 3, 4
print(x < y and "less" or "more", x > y and "more" or "less")
print(x < y and y < 10, x > y or y > 10, not (x < y), not (x < y or y < x))
print((x < y) == true, (x < y) == (y > x), x == y or x ~= y)
local z = x and y
z = z and z + 1 or z
print(z)
z = nil
z = z or "default"
print(z)
z = z and nil
print(z)
z = x > y and x or y
print(z)
z = (z == 4 and x) and (y and z)
print(z)
x = y and x or z
print(x)
x = x and {x} or x
print(x[1])
if v(1) and not v(nil) or v(3) then print("yes") else print("no") end
if not (v(nil) or v(false)) and v(1) then print("yes") else print("no") end
if (v(1) or v(2)) and (v(nil) or v(4)) then print("yes") end
if nil then print("never") elseif false then print("never") elseif 0 then print("0 is true") else print("never") end
while true do if v(true) then break end end
print(1 and nil == nil, true and true == not nil)
print((nil and 1)  == nil, {} == {}, values == values)
local nan = 0 / 0
print(nan == nan, nan ~= nan, nan < 1, nan > 1, not (nan < 1), not (nan >= 1))
if nan < 1 then print("a") elseif nan >= 1 then print("b") else print("neither") end
if not (nan < 1) then print("not less") end
while nan < 1 do print("never") end
repeat local w = 1 until not (nan > w)
print(true and 1, false or "x", nil and error("no"), 1 or error("no"), "s" and 2 or error("no"))
local function pick(c, p, q) return c and p or q end
print(pick(true, false, 2), pick(nil, 1, 2), pick(1, 2, 3))
local function tail(c) return c or v("t"), c and v("u") end
print(tail(1)); print(tail(nil))
local r = v(1) == v(1) and v(2) or v(3)
print(r, -(v(2) or 1), #(v("abc") or ""), (v(nil) or "x") .. (v("y") and "z"))
local tt = { v(1) and 2, v(nil) or 3, k = v(false) or v(nil), [v(1) and 9] = x ~= nil }
print(tt[1], tt[2], tt.k, tt[9])
