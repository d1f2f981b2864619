return rule {
  id = "n.series", type = "Error", any = { [[\bbill\b]] },
  tests = {
    { "half a second", log = series(3, "1.5s", "bill"), expect = 1 },
  },
}
