return rule {
  id = "case.set",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 5e4 do t[i] = i end for _ = 1, 1e5 do set(t) end return true
  end,
}
