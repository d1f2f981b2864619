return {
  fail = { severity = "info" },
  many = {
    correlate = { count = 3 }, severity = "critical",
    except = { { where = { ip = { cidr = "192.0.2.8/29" } }, reason = "scanner" } },
  },
  own = { except = { { where = { user_id = { re = "^mi" } }, reason = "probe" } } },
}
