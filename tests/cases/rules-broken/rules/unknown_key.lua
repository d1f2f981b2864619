return rule {
  id = "case.unknown_key",
  title = "t", type = "Error", severity = "low",
  anny = { "password" },
  any = { "password" },
}
