return rule {
  id = "case.error_table",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    error {}
  end,
}
