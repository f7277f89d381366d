print("loading nothing", ..., package.loaded[...] ~= nil)
