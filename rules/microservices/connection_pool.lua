return rule {
  id          = "microservices.connection_pool",
  title       = "Connection pool exhausted",
  type        = "Microservice",
  severity    = "high",
  description = "No connection was free in a pool, or a server accepts no more of them.",
  tags        = { "microservice.pool" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:connection |thread |db |database |jdbc |http |client )?pool (?:\S{1,60} )?(?:is |was |has been )?(?:exhausted|depleted|full|saturated|empty|at capacity)\b]],
    [[(?i)\bpool exhaustion\b|\bexhausted (?:the )?(?:connection )?pool\b]],
    [[(?i)\b(?:timed? ?out|timeout) (?:after \S{1,20} )?(?:while )?(?:waiting|acquiring|getting|obtaining)\b.{0,40}\b(?:connection|pool)\b]],
    [[(?i)\bHikariPool-\S{1,40} - Connection is not available\b]],
    [[(?i)\b(?:no|could not (?:get|acquire|obtain) (?:a )?) ?(?:free |available |idle )?(?:jdbc )?connections? (?:available )?(?:in|from) (?:the )?pool\b]],
    [[(?i)\bremaining connection slots are reserved\b|\bsorry, too many clients already\b|\btoo many (?:open )?(?:connections|clients)\b]],
    [[(?i)\bno more connections allowed\b|\bquery_wait_timeout\b|\bmax_client_conn\b.{0,40}\breached\b|\bQueuePool limit\b|\bpool size \d+ reached\b]],
  },
  none   = { access_line, [[(?i)\bthread pool\b|\bpool (?:is )?(?:not|never) (?:full|exhausted)\b|\b(?:exhausted|waiting)"?[=: ]+(?:0\b|false)]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"pay","message":"Connection pool exhausted: 20/20 in use"}]], expect = { { service = "pay" } } },
    { "PostgreSQL", log = [[2024-11-26 10:15:00.120 UTC [311] pay@orders FATAL:  sorry, too many clients already]], expect = 1 },
    { "waiting", log = [[2024-11-26 10:15:00 ERROR timeout waiting for connection from pool]], expect = 1 },
    { "statistics", log = [[2024-11-26 10:15:00 INFO connection pool: active=4 idle=16 waiting=0 exhausted=0]], expect = 0 },
    { "start", log = [[2024-11-26 10:15:00 INFO connection pool started, size 20]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR jdbc pool is exhausted]],
      [[2024-11-26 10:15:02 ERROR pool exhaustion]],
      [[2024-11-26 10:15:03 ERROR timed out waiting for a connection]],
      [[2024-11-26 10:15:04 ERROR HikariPool-1 - Connection is not available]],
      [[2024-11-26 10:15:05 ERROR no free connections in the pool]],
      [[2024-11-26 10:15:06 ERROR too many clients]],
      [[2024-11-26 10:15:07 ERROR QueuePool limit of 5]],
    }, expect = 7 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "UTC [311] pay@orders FATAL:  sorry, too many clients already"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN http pool exhausted: thread pool]],
      [[{"level":"debug","message":"jdbc pool is full"}]],
    }, expect = 0 },
    { "size: found", log = {
      [[2024-11-26 10:15:01 WARN pool size 50 reached, 12 clients waiting]],
    }, expect = 1 },
    { "size: harmless", log = {
      [[2024-11-26 10:15:01 INFO pool size 50 configured]],
    }, expect = 0 },
  },
}
