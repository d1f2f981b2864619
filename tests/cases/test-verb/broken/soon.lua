return { id = "t.soon", type = "Error", any = { "boom" },
  tests = {
    { "one", log = "boom first", expect = 1 },
    { "two", log = "nothing here", expect = 0, now = "soon" },
  } }
