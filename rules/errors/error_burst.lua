return rule {
  id          = "errors.error_burst",
  title       = "{count} errors of {service} in five minutes, {previous} were usual",
  type        = "Error",
  severity    = "high",
  description = "Fifty errors of a service within five minutes, and three times as many as in the ten minutes before, in five of them.",
  tags        = { "error.rate" },

  correlate = {
    on     = { "errors.logged_error", "errors.exception", "errors.timeout", "errors.connection", "errors.database",
               "errors.failed_operation", "errors.http_server_error" },
    by     = { "service" },
    within = "5m",
    count  = 50,
    versus = { previous = "10m", factor = 3 },
    quiet  = "10m",
  },

  tests = {
    { "after a calm time", log = {
      series(10, "90s", [[{"time":"@t","level":"error","service":"tax","message":"no rate for code @n"}]]),
      series(60, "2s", [[{"time":"@t","level":"error","service":"tax","message":"no rate for code @n"}]], { start = "2024-11-26T10:16:00Z" }),
    }, expect = { { service = "tax", count = 50 } } },
    { "nothing is known of the time before", log = series(60, "2s", [[{"time":"@t","level":"error","service":"tax","message":"no rate for code @n"}]]),
      expect = 0 },
    { "as many before", log = series(300, "5s", [[{"time":"@t","level":"error","service":"tax","message":"no rate for code @n"}]]), expect = 0 },
    { "49", log = {
      [[{"time":"2024-11-26T10:00:00Z","level":"info","service":"tax","message":"started"}]],
      series(49, "2s", [[{"time":"@t","level":"error","service":"tax","message":"no rate for code @n"}]], { start = "2024-11-26T10:16:00Z" }),
    }, expect = 0 },
  },
}
