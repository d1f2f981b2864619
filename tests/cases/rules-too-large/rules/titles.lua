local t = {} for i = 1, 1100 do t[i] = "x" end
return rule { id = "case.titles", title = table.concat(t), type = "Error", any = { "x" } }
