return { name = "f", pattern = os.getenv("HOME"), sample = "x", expect = { level = "info" } }
