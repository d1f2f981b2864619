local t = {} for i = 1, 17000 do t[i] = "x" end
return rule { id = "case.description", title = "t", type = "Error", description = table.concat(t), any = { "x" } }
