return rule {
  id = "case.select",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local t = {} for i = 1, 200 do t[i] = i end for _ = 1, 1e6 do local x = select(-1, table.unpack(t)) end return true
  end,
}
