return rule {
  id = "refused", type = "Error", any = { [[connection refused]] },
  tests = { { "refused", log = "connection refused", expect = 1 } },
}
