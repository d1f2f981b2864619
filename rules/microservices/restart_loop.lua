return rule {
  id          = "microservices.restart_loop",
  title       = "{service} is restarted again and again",
  type        = "Microservice",
  severity    = "critical",
  description = "Five crashes of containers of a service within half an hour.",
  tags        = { "microservice.container" },

  correlate = {
    on     = { "microservices.container_crash", "microservices.container_exit" },
    by     = { "service" },
    within = "30m",
    count  = 5,
    quiet  = "1h",
  },

  tests = {
    { "five", log = series(5, "2m", [[{"time":"@t","level":"warn","service":"cart","message":"Back-off restarting failed container"}]]),
      expect = { { service = "cart", count = 5 } } },
    { "four", log = series(4, "2m", [[{"time":"@t","level":"warn","service":"cart","message":"Back-off restarting failed container"}]]),
      expect = 0 },
    { "over a day", log = series(9, "2h", [[{"time":"@t","level":"warn","service":"cart","message":"Back-off restarting failed container"}]]),
      expect = 0 },
    { "the kernel reports five programs", log = series(5, "1m", [[@t node-1 kernel: [91.1] Memory cgroup out of memory: Killed process 811 (app@n) total-vm:91kB]]),
      expect = 0 },
    { "different services", log = series(9, "1m", [[{"time":"@t","level":"warn","service":"cart-@n","message":"Back-off restarting failed container"}]]),
      expect = 0 },
  },
}
