return rule {
  id          = "microservices.health_check",
  title       = "Health check failed",
  type        = "Microservice",
  severity    = "high",
  description = "A liveness, readiness or health check failed, or an instance was marked unhealthy.",
  tags        = { "microservice.health" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\b(?:liveness|readiness|startup|health)[ _-]?(?:check|probe)?s?\b.{0,80}\b(?:fail(?:ed|ing|ure|s)|errored|timed out|unhealthy|status[=: ]+(?:down|unhealthy|5\d\d))\b]],
    [[(?i)\b(?:failed|failing) (?:\d+ )?(?:consecutive )?(?:liveness|readiness|startup|health)(?:[ _-]?(?:check|probe)s?)?\b]],
    [[(?i)\b(?:marked|is|became|now|status[=: ]+|->|to) "?unhealthy\b|\bUnhealthy\b.{0,80}\bprobe\b]],
    [[(?i)\b(?:backend|server|host|instance|target|node|upstream|replica) \S{1,80} (?:is |was |marked )+(?:down|unhealthy|unreachable)\b]],
    [[\A\{"status": ?"(?:DOWN|OUT_OF_SERVICE)"|(?i:\bcheck is now critical\b)]],
    [[(?i)\bheartbeat (?:missed|lost|timeout|failed)\b|\bmissed \d+ heartbeats?\b]],
  },
  none   = {
    access_line,
    [[(?i)\bhealth[ _-]?checks? (?:ok|passed|succeeded)\b|\bfail(?:ed|ures?)[=: ]+(?:0\b|false)]],
    [[(?i)\b0 (?:failed|failures|unhealthy)\b|\b(?:no longer|not) unhealthy\b]],
    [[\bSyncLoop\b|\b(?:ssh|SSL|TLS) heartbeat\b]],
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "event", log = [[2024-11-26T10:15:00Z Warning Unhealthy pod/pay-7 Readiness probe failed: status 503 from :8080/ready]], expect = 1 },
    { "JSON", log = [[{"level":"error","service":"pay","message":"Health check failed: database not reachable"}]],
      expect = { { service = "pay" } } },
    { "balancer", log = [[2024-11-26 10:15:00 WARN backend pay-2 marked down after 3 checks]], expect = 1 },
    { "fine", log = [[2024-11-26 10:15:00 INFO health check ok for pay latency=4ms]], expect = 0 },
    { "none", log = [[2024-11-26 10:15:00 INFO health check summary: 12 targets, 0 unhealthy, failed=0]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN readiness check of pay: status 503, failing]],
      [[2024-11-26 10:15:02 WARN failing liveness]],
      [[2024-11-26 10:15:03 WARN pay-2 became unhealthy]],
      [[2024-11-26 10:15:04 WARN target pay-2 is unreachable]],
      [[2024-11-26 10:15:05 WARN heartbeat lost]],
    }, expect = 5 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "Warning Unhealthy pod/pay-7 Readiness probe failed: status 503 from :8080/ready"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN health check passed, probe failing]],
      [[2024-11-26 10:15:02 WARN instance is unhealthy? no longer unhealthy]],
      [[2024-11-26 10:15:03 WARN heartbeat lost in SyncLoop]],
      [[{"level":"debug","message":"heartbeat lost"}]],
    }, expect = 0 },
    { "what a service says of itself: found", log = {
      [[{"status":"DOWN","components":{"db":{"status":"DOWN"}}}]],
      [[consul: 2024-11-26T10:15:01.345Z [WARN]  agent: Check is now critical: check=service:cart]],
    }, expect = 2 },
    { "what a service says of itself: harmless", log = {
      [[{"status":"UP","components":{"db":{"status":"UP"}}}]],
      [[consul: 2024-11-26T10:15:01.345Z [INFO]  agent: Check is now passing: check=service:cart]],
    }, expect = 0 },
  },
}
