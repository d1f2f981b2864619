local t = {} for i = 1, 10000 do t[i] = "pattern" .. i end
return rule { id = "case.patterns", title = "t", type = "Error", any = t }
