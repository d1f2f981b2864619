-- Values that nobody means.
return {
  rule {
    id = "m.series", type = "Erorr", any = { [[\bbill\b]] },
    where = { status = { ge = 500, lt = 400 }, any = { { amount = { gt = 5, le = 5 } } } },
    unless = { amount = { ge = 5, le = 5 }, seats = ">= 500", host = { prefix = "" } },
    tests = {
      { "a count below 0", log = "bill", expect = -1 },
    },
  },
}
