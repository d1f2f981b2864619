return rule {
  id = "l.ok", type = "Error", any = { "abc" },
  tests = { { "yes", log = "abc", expect = 1 }, { "no", log = "ab", expect = 0 } },
}
