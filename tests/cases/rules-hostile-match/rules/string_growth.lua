return rule {
  id = "case.string_growth",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    local s = "x" while true do s = s .. s end
  end,
}
