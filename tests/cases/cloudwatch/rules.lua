return rule {
  id = "login", type = "Security", any = { [[login of (?P<user_id>\S+) failed]] },
  tests = { { "failed", log = "login of mia failed", expect = 1 }, { "not", log = "login of mia", expect = 0 } },
}
