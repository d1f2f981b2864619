return { name = " ", pattern = [[^x (?P<level>\w+)]], sample = "x ERROR", expect = { level = "error" } }
