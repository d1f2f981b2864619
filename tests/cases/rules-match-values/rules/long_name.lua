return rule {
  id = "case.long_name",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local s = "" for _ = 1, 300 do s = s .. "x" end return { [s] = 1 }
  end,
}
