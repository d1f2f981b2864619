return rule {
  id          = "web.attack_series",
  title       = "{count} attacks and probes from {ip}",
  type        = "Security",
  severity    = "high",
  description = "Four requests of one address within ten minutes look like attacks or probes: no accident.",
  tags        = { "attack.t1190", "attack.t1595", "attack.initial_access" },

  correlate = {
    on     = { "web.attack_in_path", "web.path_traversal", "web.probe", "web.sql_injection", "web.xss" },
    by     = { "ip" },
    within = "10m",
    count  = 4,
    quiet  = "10m",
  },

  tests = {
    { "four", log = series(4, "1m", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/../../etc/passwd","status":404}]]),
      expect = { { ip = "203.0.113.9", count = 4 } } },
    { "three", log = series(3, "1m", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/../../etc/passwd","status":404}]]), expect = 0 },
    { "in an hour", log = series(9, "10m", [[{"time":"@t","client_ip":"203.0.113.9","method":"GET","path":"/../../etc/passwd","status":404}]]),
      expect = 0 },
    { "many addresses", log = series(9, "1s", [[{"time":"@t","client_ip":"203.0.113.@n","method":"GET","path":"/../../etc/passwd","status":404}]]),
      expect = 0 },
  },
}
