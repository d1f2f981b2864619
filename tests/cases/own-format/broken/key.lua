return { { name = "d", patern = "x", sample = "x", expect = { level = "info" } } }
