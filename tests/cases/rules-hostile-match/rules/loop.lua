return rule {
  id = "case.loop",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    while true do end
  end,
}
