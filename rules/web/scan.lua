return rule {
  id          = "web.scan",
  title       = "{ip} asked for {distinct} paths in vain",
  type        = "Security",
  severity    = "medium",
  description = "Requests of one address for ten different paths within a minute were answered with 400 to 405: it looks for what may be there.",
  tags        = { "attack.t1595", "attack.reconnaissance" },

  where = { status = { 400, 401, 403, 404, 405 } },
  correlate = {
    by       = { "ip" },
    within   = "1m",
    distinct = { field = "path", count = 10 },
    quiet    = "10m",
  },

  tests = {
    { "ten paths", log = series(10, "5s", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/backup@n.zip","status":404}]]),
      expect = { { ip = "203.0.113.9", distinct = 10, count = 10 } } },
    { "403 as well", log = series(10, "5s", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/private@n/","status":403}]]),
      expect = 1 },
    { "nine", log = series(9, "5s", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/backup@n.zip","status":404}]]), expect = 0 },
    { "over ten minutes", log = series(10, "1m", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/backup@n.zip","status":404}]]),
      expect = 0 },
    { "one path", log = series(50, "1s", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/favicon.ico","status":404}]]), expect = 0 },
    { "found", log = series(50, "1s", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/item/@n","status":200}]]), expect = 0 },
    { "many addresses", log = series(50, "1s", [[{"time":"@t","client_ip":"203.0.113.@n","method":"GET","path":"/item@n","status":404}]]), expect = 0 },
  },
}
