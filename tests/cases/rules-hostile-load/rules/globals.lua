rule = nil
_G = nil
return 1
