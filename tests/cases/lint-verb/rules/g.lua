return {
  rule { id = "l.g", type = "E",
    where = { usr_id = "mia", level = { "eror", "warning", "error" }, usr = "x", users = "x", ["$.usr_id"] = 1, acct_no = 7 },
    dedup = { "servce", "service" },
    tests = { { "a user", log = [[{"usr_id":"mia","level":"error","usr":"x","users":["x"],"acct_no":7}]], expect = 0 },
      { "the key", log = [[{"usr_id":1}]], expect = 0 } } },
  rule { id = "l.h", type = "E", any = { [[some (?P<usr_id>\w+)]] }, where = { usr_id = "mia" }, dedup = { "usr_id" },
    correlate = { by = { "usr_id", "rout" }, within = "5m", count = 3 },
    tests = { { "once", log = "some mia", expect = 0 }, { "none", log = "none", expect = 0 } } },
}
