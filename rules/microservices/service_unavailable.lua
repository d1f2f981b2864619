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
    [[(?i)\bhas no (?:server|backend|instance|host)s? available\b|\bno (?:server|backend|instance|endpoint|host|replica)s? available\b|\bno (?:server|backend|instance|endpoint|host|replica)s? (?:found |registered )?for (?:service|upstream|cluster|target)\b|\bleader (?:was |is )?lost\b|\b(?:lost|no) (?:leader|quorum)\b|\bcontact quorum\b|\bsplit[ -]brain detected\b]],
    [[(?i)\b(?:coordinator|broker|controller|leader) .{1,80}\bis (?:unavailable|not available|unreachable)\b|\bbroker may not be available\b]],
    [[(?i)\bcode = Unavailable\b|\bStatusCode\.UNAVAILABLE\b]],
    [[(?i)\bupstream (?:\S{1,80} )?(?:timed out|request timeout|prematurely closed|server error|unavailable|failed|returned 5\d\d)\b]],
    [[(?i)\bwhile connecting to upstream\b|\bwhile reading response header from upstream\b]],
    [[(?i)\b(?:dependency|downstream|upstream) (?:\S{1,60} )?(?:is )?(?:unavailable|down|not responding|unreachable)\b]],
    [[(?i)\ball (?:backends|replicas|upstreams|servers|instances|nodes|brokers|endpoints|hosts) (?:(?:of|for|in) \S{1,60} )?(?:are )?(?:now )?(?:down|unavailable|failed|unhealthy|unreachable)\b]],
  },
  none   = {
    access_line,
    [[(?i)\bservice (?:\S{1,60} )?(?:is )?(?:back|available again|recovered)\b|\bshut(?:ting)? down\b|\bmaintenance window\b|\b(?:planned|scheduled) (?:maintenance|downtime)\b]],
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
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR service pay is down]],
      [[2024-11-26 10:15:02 ERROR bad gateway]],
      [[2024-11-26 10:15:03 ERROR no healthy backends]],
      [[2024-11-26 10:15:04 ERROR StatusCode.UNAVAILABLE]],
      [[2024-11-26 10:15:05 ERROR upstream pay returned 503]],
      [[2024-11-26 10:15:06 ERROR end while connecting to upstream]],
      [[2024-11-26 10:15:07 ERROR dependency bank is not responding]],
      [[2024-11-26 10:15:08 ERROR all replicas are down]],
    }, expect = 8 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "error: rpc error: code = Unavailable desc = connection closed"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 ERROR service pay is down? service is back]],
      [[2024-11-26 10:15:02 ERROR no healthy upstream, bad gateway]],
      [[2024-11-26 10:15:03 ERROR service pay is down: health check failed]],
      [[{"level":"debug","message":"bad gateway"}]],
    }, expect = 0 },
    { "nobody there: found", log = {
      [[Nov 26 10:15:01 lb1 haproxy[881]: backend be_cart has no server available!]],
      [[2024-11-26 10:15:01 WARN No servers available for service: stock]],
      [[raft: failed to contact quorum of nodes, stepping down]],
      [[[2024-11-26 10:15:01,345] WARN [Consumer clientId=c-1, groupId=g] Group coordinator broker-1:9092 (id: 1 rack: null) is unavailable or invalid, will attempt rediscovery]],
    }, expect = 4 },
    { "nobody there: harmless", log = {
      [[2024-11-26 10:15:01 INFO leader elected, quorum of 3]],
      [[2024-11-26 10:15:01 INFO all brokers are available]],
    }, expect = 0 },
    { "all of them: found", log = {
      [[2024-11-26 10:15:01 ERROR all replicas of tax are down]],
    }, expect = 1 },
    { "all of them: harmless", log = {
      [[2024-11-26 10:15:01 INFO service down for maintenance window on Sunday]],
    }, expect = 0 },
    { "endpoints: found", log = {
      [[2024-11-26 10:15:01 WARN no endpoints for service tax]],
    }, expect = 1 },
    { "endpoints: harmless", log = {
      [[2024-11-26 10:15:01 INFO endpoints for service tax: 3]],
    }, expect = 0 },
  },
}
