local t = {} for i = 1, 300 do t[i] = "x" end
return rule { id = table.concat(t), type = "Error", any = { "x" } }
