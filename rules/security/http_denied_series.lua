return rule {
  id          = "security.http_denied_series",
  title       = "{count} requests from {ip} were refused",
  type        = "Security",
  severity    = "medium",
  description = "Ten requests of one address within five minutes were refused with 401, 403 or 407, or had an invalid token.",
  tags        = { "attack.t1110" },

  correlate = {
    on     = { "security.http_denied", "security.invalid_token" },
    by     = { "ip" },
    within = "5m",
    count  = 10,
    quiet  = "10m",
  },

  tests = {
    { "ten", log = series(10, "20s", [[{"time":"@t","client_ip":"203.0.113.9","method":"POST","path":"/session","status":401}]]),
      expect = { { ip = "203.0.113.9", count = 10 } } },
    { "nine", log = series(9, "20s", [[{"time":"@t","client_ip":"203.0.113.9","method":"POST","path":"/session","status":401}]]), expect = 0 },
    { "one a minute", log = series(20, "1m", [[{"time":"@t","client_ip":"203.0.113.9","method":"POST","path":"/session","status":401}]]), expect = 0 },
    { "many addresses", log = series(20, "1s", [[{"time":"@t","client_ip":"203.0.113.@n","method":"POST","path":"/session","status":401}]]), expect = 0 },
  },
}
