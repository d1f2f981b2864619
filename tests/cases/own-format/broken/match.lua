return { name = "c", pattern = "^y", sample = "x", expect = { level = "info" } }
