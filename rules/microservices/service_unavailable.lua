return rule {
  id          = "microservices.service_unavailable",
  title       = "A service is unavailable",
  type        = "Microservice",
  severity    = "high",
  description = "A service or upstream does not answer: unavailable, down, bad gateway, no live upstreams, gRPC Unavailable.",
  tags        = { "microservice.availability" },
  dedup       = { "service", "route" },

  any = {
    [[(?i)\bservice (?:\S{1,60} )?(?:is |was )?(?:temporarily |currently )?(?:unavailable|unreachable|down|not available|not responding)\b]],
    [[(?i)\b(?:bad gateway|gateway time-?out)\b|\bno live upstreams?\b]],
    [[(?i)\bno (?:available|healthy) (?:server|backend|instance|endpoint|host)s?\b]],
    [[(?i)\bcode = Unavailable\b|\bStatusCode\.UNAVAILABLE\b]],
    [[(?i)\bupstream (?:\S{1,80} )?(?:timed out|request timeout|prematurely closed|server error|unavailable|failed|returned 5\d\d)\b]],
    [[(?i)\bwhile connecting to upstream\b|\bwhile reading response header from upstream\b]],
    [[(?i)\b(?:dependency|downstream|upstream) (?:\S{1,60} )?(?:is )?(?:unavailable|down|not responding|unreachable)\b]],
    [[(?i)\ball (?:backends|replicas|upstreams|servers) (?:are )?(?:down|unavailable|failed)\b]],
  },
  none   = {
    [[(?i)\bservice (?:\S{1,60} )?(?:is )?(?:back|available again|recovered)\b|\bshut(?:ting)? down\b]],
    [[(?i)\bno healthy upstream\b|\bupstream_reset|\bcircuit[ _-]?breaker\b|\bblocked using\b|\bPHP message\b]],
    [[(?i)\b(?:marked|was) down after\b|\bprobe failed\b|\bhealth check failed\b]],
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"edge","message":"Service pay unavailable, answering 503","status":503}]], expect = 1 },
    { "gRPC", log = [[2024-11-26T10:15:00Z error: rpc error: code = Unavailable desc = connection closed]], expect = 1 },
    { "nginx", log = [[2024/11/26 10:15:00 [error] 9#9: *17 no live upstreams while connecting to upstream, client: 192.0.2.7, server: example.com]], expect = 1 },
    { "back", log = [[2024-11-26T10:15:00Z INFO service pay is available again after 40 s]], expect = 0 },
    { "stopping", log = [[2024-11-26T10:15:00Z INFO service is shutting down]], expect = 0 },
  },
}
