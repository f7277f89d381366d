-- Reading at a NaN key that compiled code knows as a constant crashed: `t[nan]` beside a store, with both table and key captured.
-- For a while only; found by programs/array-edges.lua. And again where the closure of the loop was a constant, too: LLVM took the conversion of
-- the NaN to an index for a proof that nothing after the store is ever reached.
local t = { [0] = "zero" }
local nan = 0 / 0
local function special(times)
  local hits = 0
  for i = 1, times do
    t[1] = i
    if t[nan] ~= nil then hits = -1 end
    if i % 100 == 0 and not pcall(function() t[nan] = i end) then hits = hits + 1 end
  end
  return hits
end
print(special(3000))
