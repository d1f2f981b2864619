-- One test fails; lint finds a name that rules do not have.
return { id = "t.full", type = "Error", any = { "boom" },
  match = function() return nothing or true end,
  tests = {
    { "one", log = "boom", expect = 1 },
    { "two", log = "boom", expect = 0 },
  } }
