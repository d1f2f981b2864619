return rule {
  id = "case.tonumber",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 50000 do t[i] = "aaaaaaaaaa" end local s = table.concat(t)
    for _ = 1, 1e5 do tonumber(s, 16) end return true
  end,
}
