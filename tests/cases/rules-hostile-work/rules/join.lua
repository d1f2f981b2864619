return rule {
  id = "case.join",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 50000 do t[i] = "aaaaaaaaaa" end local s = table.concat(t)
    for i = 1, 1e5 do local x = s .. i end return true
  end,
}
