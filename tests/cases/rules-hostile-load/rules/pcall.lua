pcall(error, "x")
