local t = {} for i = 1, 10001 do t[i] = "v" .. i end
return rule { id = "case.values", title = "t", type = "Error", where = { service = t } }
