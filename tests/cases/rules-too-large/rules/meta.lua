local t = {} for i = 1, 66000 do t[i] = "x" end
return rule { id = "case.meta", title = "t", type = "Error", meta = { note = table.concat(t) }, any = { "x" } }
