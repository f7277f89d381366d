-- lua5.1 refuses `[[` inside long brackets without '=', in strings and in comments: they nested in Lua 5.0. We took it for text.
for _, source in ipairs {
  "return [[ a [[ b ]]", "return [[[[x]]", "return [[\n\n[[", "--[[ a\n[[ b ]]", "return [[a]]..[[b]]", "return [=[ [[ ]=]", "return [[ [=[ ]]",
  "return [[ ]=] [ [ ]]", "return [[[x]]", "--[==[ [[ ]==] return 'comment'", "return [[]][[ ]]", "return [[ ] [[ ]]", "return [[ ]=[[ ]]",
} do
  local f, message = loadstring(source)
  print(source, f and f() or message)
end
