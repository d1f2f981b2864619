return rule { id = "l.i", type = "E", any = { "\b(some)" }, none = { [[\bother]] },
  tests = { { "one", log = "some", expect = 0 }, { "two", log = "x\bsome", expect = 1 } } }
