return rule {
  id = "case.return_42",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return 42
  end,
}
