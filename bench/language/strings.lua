-- Strings built in pieces, then scanned byte by byte and cut into words.
return function(lines)
  local parts, seed = {}, 7
  for i = 1, lines do
    seed = seed * 16807 % 2147483647
    parts[#parts + 1] = "line " .. i .. ": value=" .. seed % 1000 .. ", name='item" .. seed % 77 .. "'\n"
  end
  local text = table.concat(parts)
  local newlines, digits, hash = 0, 0, 0
  for at = 1, #text do
    local code = text:byte(at)
    if code == 10 then newlines = newlines + 1 elseif code >= 48 and code <= 57 then digits = digits + 1 end
    hash = (hash * 31 + code) % 16777213
  end
  local words, longest, start = 0, "", nil
  for at = 1, #text + 1 do
    local code = text:byte(at) or 32
    local letter = code >= 97 and code <= 122 or code >= 48 and code <= 57
    if letter then
      start = start or at
    elseif start then
      local word = text:sub(start, at - 1)
      words = words + 1
      if #word > #longest then longest = word end
      start = nil
    end
  end
  local upper = text:upper():lower() == text
  return string.format("%d %d %d %d %d %s %s", #text, newlines, digits, hash, words, longest, upper and "same" or "other")
end
