return rule {
  id = "case.load",
  title = "t",
  type = "Error",
  severity = "low",
  any = { "password" },
  match = function(event, found)
    return load("return 1")()
  end,
}
