return rule {
  id = "l.d", type = "Error", any = { "abc" }, tests = { { "x" } } }
