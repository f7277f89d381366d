print("loading false")
return false
