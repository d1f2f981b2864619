return rule {
  id = "case.remove",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 1e5 do t[i] = i end for _ = 1, 1e5 do table.remove(t, 1) end return true
  end,
}
