return rule {
  id = "case.lower",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 50000 do t[i] = "aaaaaaaaaa" end local s = table.concat(t)
    for _ = 1, 1e5 do text.lower(s) end return true
  end,
}
