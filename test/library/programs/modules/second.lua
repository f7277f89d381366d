print("second asks for first")
print(pcall(require, "modules.first"))
return "second"
