local t = {} for i = 1, 1100 do t[i] = "x" end
return rule { id = "case.tags", title = "t", type = "Error", tags = { table.concat(t) }, any = { "x" } }
