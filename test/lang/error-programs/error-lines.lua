-- The line of an error is the line of the token that lua5.1 had read when it made the instruction.
local function try(f) print(select(2, pcall(f))) end
local t = {}
try(function()
  local a =
    t.x.
    y
end)
try(function()
  undefined
    .x
    .y = 1
end)
try(function()
  undefined(
    1,
    2
  )
end)
try(function()
  print(
    t.x.y
  )
end)
try(function()
  print(
    t.x.y,
    1
  )
end)
try(function()
  print(
    t.x.y
    ,
    1
  )
end)
try(function()
  local a = 1
    +
    t
    *
    2
end)
try(function()
  local a = t
    +
    1
end)
try(function()
  local a = "a" ..
    "b" ..
    t ..
    "c"
end)
try(function()
  local a = t.x.y
    + 1
end)
try(function()
  local a = 1 + (
    t.x
  ) + 2
end)
try(function()
  t
    :method(
    1
  )
end)
try(function()
  t:
    method(1)
end)
try(function()
  undefined
    :method(1)
end)
try(function()
  t.f(1,
    2).x(3,
    4)
end)
try(function()
  t.f {
    1
  }
end)
try(function()
  t.f [[
    text
  ]]
end)
try(function()
  local a = {
    1,
    t.x.y,
    2
  }
end)
try(function()
  local a = {
    t.x.y
    ,
    2
  }
end)
try(function()
  local a = {
    1,
    t.x.y
  }
end)
try(function()
  local a = {
    x =
      t.x.y
    ,
  }
end)
try(function()
  local a = {
    [
      t.x.y
    ]
    =
    1
  }
end)
try(function()
  t
  [
    t.x.y
  ]
  =
  1
end)
try(function()
  t.x
  .
  y
  =
  1
end)
try(function()
  t.x.y
  ,
  t.z
  =
  1
  ,
  2
end)
try(function()
  local a, b =
    t.x.y
    ,
    2
end)
try(function()
  return
    t.x.y
end)
try(function()
  return
    t.x.y
    ,
    1
end)
try(function()
  if
    t.x.y
  then
  end
end)
try(function()
  if
    t.x.y
    ==
    1
  then
  end
end)
try(function()
  if
    t.x.y
    and
    1
  then
  end
end)
try(function()
  while
    t < 1
    or
    2
  do
  end
end)
try(function()
  local a = t
    <
    1
end)
try(function()
  repeat
    local a
  until
    a.
    b
end)
try(function()
  for
    i
    =
    t
    ,
    2
  do
  end
end)
try(function()
  for
    i
    in
    nil
  do
  end
end)
try(function()
  for
    i
    in
    function(s, c) if not c then return 1 end return c.x.y end
  do
  end
end)
try(function()
  function
    t.x.y()
  end
end)
try(function()
  function
    t.
    x.
    y.
    z()
  end
end)
try(function()
  local a = -
    t
end)
try(function()
  local a = #
    t.x
    + 1
end)
try(function()
  local a = not
    t.x.y
end)
try(function()
  local a = (
    t.x.y
  ).z
end)
try(function()
  local a = t.x.y or
    1
end)
try(function()
  local a = 1 and
    t.x.y
end)
try(function()
  print(nil or
    t.x.y
  )
end)
try(function()
  error(
    "message"
  )
end)
try(function()
  error
  "message"
end)
try(function()
  local s = [[
  ]] + 1
end)
try(function()
  local s = t .. [[

  ]]
end)
try(function() t.x.y = function()
    return 1
  end
end)
