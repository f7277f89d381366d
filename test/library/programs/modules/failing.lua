if not again then
  again = true
  error("fails the first time")
end
error("fails", 2)
