return { name = "g", pattern = "x", sample = "x", expect = {} }
