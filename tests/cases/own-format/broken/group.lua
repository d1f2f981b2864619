return { name = "a", pattern = "(?P<custmer>x)", sample = "x", expect = { level = "info" } }
