return { name = "e", pattern = "a(b", sample = "x", expect = { level = "info" } }
