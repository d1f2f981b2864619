return rule {
  id = "case.sort",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 50000 do t[i] = "aaaaaaaaaa" end local s = table.concat(t)
    local l = {} for i = 1, 8 do l[i] = s .. i end for _ = 1, 1e5 do table.sort(l) end return true
  end,
}
