return {
  rule {
    id = "t.refund", type = "Security",
    any = { [[\brefund (?P<n>\d+) refused\b]] }, none = { "dry" }, where = { level = "warn", user_id = "mia" },
    tests = {
      { "found", log = "WARN refund 1 refused user=mia", expect = 1 },
      { "level & <x>", log = { "INFO refund 1 refused user=mia", "WARN refund 2 refused (dry run)" }, expect = { { n = 1 } } },
      { "absent # user", log = "WARN refund 1 refused", expect = 1 },
      { "no match", log = "WARN refund one refused", expect = 1 },
    },
  },
  rule {
    id = "t.other", type = "Error", any = { "refused" },
    tests = {
      { "fires", log = "it was refused", expect = 1 },
      { "does not", log = "it was not", expect = 0 },
    },
  },
}
