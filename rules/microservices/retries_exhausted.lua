return rule {
  id          = "microservices.retries_exhausted",
  title       = "Gave up after retries",
  type        = "Microservice",
  severity    = "high",
  description = "A call or message was given up after all retries, or went to a dead letter queue.",
  tags        = { "microservice.resilience" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:retries|retry attempts|retry limit|max(?:imum)? (?:retries|retry attempts)) (?:exhausted|exceeded|reached)\b]],
    [[(?i)\b(?:giving|gave) up (?:\S{1,60} ){0,4}?after \d+ (?:retries|attempts|tries)\b|\bfailed after \d+ (?:retries|attempts|tries)\b]],
    [[(?i)\bexhausted (?:all )?(?:\d+ )?(?:retries|attempts)\b]],
    [[(?i)\b(?:moved|sent|routed|published) to (?:the )?(?:dead[ -]?letter|DLQ)\b]],
    [[(?i)\bdead[ -]letter(?:ed)? (?:message|queue (?:is )?growing)\b]],
  },
  none = { access_line, [[(?i)\b(?:retries|retry attempts) (?:exhausted|exceeded) (?:handler|listener|callback|policy|hook|metric)\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"mailer","message":"giving up after 5 attempts"}]], expect = { { service = "mailer" } } },
    { "text", log = [[2024-11-26 10:15:00 WARN message 91 moved to dead letter queue]], expect = 1 },
    { "a setting", log = [[2024-11-26 10:15:00 INFO client ready, max_retries=5]], expect = 0 },
    { "it worked", log = [[2024-11-26 10:15:00 INFO delivered after 2 retries]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR retry limit reached]],
      [[2024-11-26 10:15:02 ERROR gave up after 3 tries]],
      [[2024-11-26 10:15:03 ERROR exhausted all 5 attempts]],
      [[2024-11-26 10:15:04 ERROR message 7 sent to the DLQ]],
      [[2024-11-26 10:15:05 ERROR dead letter queue is growing]],
    }, expect = 5 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "message 91 moved to dead letter queue"]], expect = 0 },
    { "each exception", log = {
      [[{"level":"debug","message":"retry limit reached"}]],
    }, expect = 0 },
    { "a handler: harmless", log = {
      [[2024-11-26 10:15:01 INFO retries exhausted handler installed]],
    }, expect = 0 },
    { "on what: found", log = {
      [[2024-11-26 10:15:01 ERROR giving up on tax after 7 retries]],
    }, expect = 1 },
    { "on what: harmless", log = {
      [[2024-11-26 10:15:01 INFO never gives up after 7 days]],
    }, expect = 0 },
  },
}
