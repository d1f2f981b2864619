return rule {
  id = "case.return_text",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return "yes"
  end,
}
