return rule {
  id = "l.e",
  sevrity = "x", type = "Error", any = { "abc" } }
