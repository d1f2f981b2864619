return rule {
  id = "case.error_nil",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    error(nil)
  end,
}
