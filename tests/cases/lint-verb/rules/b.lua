return { rule { id = "l.b", type = "Error", any = { [[\d]] }, tests = { { "a", log = "1", expect = 1 } } },
  rule { id = "l.c", type = "Error", any = { "abc" }, match = function(e) return os.time() end },
}
