return {
  rule {
    id = "l.r1", type = "Error", any = { [[/some/i]], [[/api/v1/s]] }, all = { [[other]] }, none = { [[other]] },
    tests = { { "one", log = "/some/i", expect = 0 }, { "two", log = "/some/i x", expect = 0 } },
  },
  rule { id = "l.r2", type = "Error", any = { [[some]] }, tests = { { "no line", log = {}, expect = 0 } } },
}
