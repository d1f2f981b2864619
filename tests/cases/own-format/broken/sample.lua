return { name = "b", pattern = "^(?P<level>[A-Z]+) x", sample = "ERROR x", expect = { level = "warn" } }
