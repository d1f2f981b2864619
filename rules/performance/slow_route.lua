return rule {
  id          = "performance.slow_route",
  title       = "95th percentile of {route} is over the limit of slowness",
  type        = "Performance",
  severity    = "high",
  description = "More than 5 % of the requests to a route within ten minutes, and of at least 50, were slow (performance.slow_response): so is their 95th percentile. Requests are only counted, which costs less than to rank each one's duration.",
  tags        = { "performance.latency" },

  correlate = {
    on     = { "performance.slow_response" },
    by     = { "route" },
    within = "10m",
    ratio  = { min = 50, gt = 0.05 },
    quiet  = "10m",
  },

  tests = {
    { "a tenth is slow", log = {
      series(54, "2s", [[{"time":"@t","path":"/orders/@n","duration_ms":80}]]),
      series(6, "2s", [[{"time":"@t","path":"/orders/@n","duration_ms":1800}]], { start = "2024-11-26T10:02:00Z" }),
    }, expect = { { route = "/orders/{id}", count = 3, records = 57 } } },
    { "one of fifty", log = {
      series(49, "2s", [[{"time":"@t","path":"/orders/@n","duration_ms":80}]]),
      series(1, "2s", [[{"time":"@t","path":"/orders/@n","duration_ms":1800}]], { start = "2024-11-26T10:02:00Z" }),
    }, expect = 0 },
    { "a few requests", log = series(20, "2s", [[{"time":"@t","path":"/orders/@n","duration_ms":1800}]]), expect = 0 },
    { "the other route is slow", log = {
      series(60, "2s", [[{"time":"@t","path":"/orders/@n","duration_ms":80}]]),
      series(20, "2s", [[{"time":"@t","path":"/report","duration_ms":1800}]]),
    }, expect = 0 },
  },
}
