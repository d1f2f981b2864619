return rule {
  id = "case.equal",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 50000 do t[i] = "aaaaaaaaaa" end local s = table.concat(t)
    local a, b = s .. s, s .. s for _ = 1, 1e6 do if a ~= b then return false end end return true
  end,
}
