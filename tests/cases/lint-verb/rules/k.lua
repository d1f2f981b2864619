return rule { id = "l.k", type = "E", any = { [[some]] },
  tests = {
    { "one", lgo = "some", expect = 0 } } }
