local f = io.open("input.log")
