return rule {
  id          = "errors.connection",
  title       = "Connection failed",
  type        = "Error",
  severity    = "high",
  description = "A network connection was refused, reset or could not be made; names that do not resolve.",
  tags        = { "error.network" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bconnection (?:refused|reset by peer|aborted|lost|terminated unexpectedly)\b]],
    [[(?i)\b(?:database |server |client |network |redis |broker |db )?connection (?:(?:to|for|from|of) (?:\S{1,60} ){1,3})?(?:has )?failed\b]],
    [[(?i)\b(?:failed|unable|could not|cannot|can't) (?:to )?(?:connect|establish (?:a )?connection|reach (?:the )?(?:host|server|database|broker))\b]],
    [[\bE(?:CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|PIPE)\b|\bENOTFOUND\b]],
    [[(?i)\bno route to host\b|\bnetwork is unreachable\b|\bbroken pipe\b|\bhost is down\b]],
    [[(?i)\bno such host\b|\bname or service not known\b|\btemporary failure in name resolution\b|\bgetaddrinfo\b]],
    [[(?i)\bserver closed the connection unexpectedly\b|\blink has been severed\b]],
  },
  none = {
    access_line,
    [[(?i)\b(?:connection|connect) failed\s*[:=]\s*(?:0|false|none)\b|\b0 (?:failed )?connections?\b]],
    [[(?i)\btimed[ -]out\b|\bdeadline exceeded\b|\bauthenticat|\bprobe failed\b]],    -- rules of their own
    [[(?i)\bcode = Unavailable\b|\bupstream connect error\b|\bconnect\(\) failed\b]],
    [[(?m)^\s+at [\w.$<>/ ]+\(|\b\w+Exception: ]],                                    -- errors.exception
  },
  unless = { level = { "trace", "debug", "info" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"orders","message":"cannot publish","err":"dial tcp 192.0.2.7:5672: connect: connection refused"}]],
      expect = { { service = "orders" } } },
    { "text", log = [[2024-11-26 10:15:00 ERROR database connection to replica-2 failed]], expect = 1 },
    { "name does not resolve", log = [[2024-11-26 10:15:00 WARN dial: lookup cache.internal: no such host]], expect = 1 },
    { "failover", log = [[2024-11-26 10:15:00 INFO connection failover to replica-2 complete]], expect = 0 },
    { "nothing failed", log = [[2024-11-26 10:15:00 WARN stats connections=90 connection failed: 0]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR connection reset by peer]],
      [[2024-11-26 10:15:02 ERROR redis connection to cache-2 failed]],
      [[2024-11-26 10:15:03 ERROR unable to connect to broker]],
      [[2024-11-26 10:15:04 ERROR socket: EHOSTUNREACH]],
      [[2024-11-26 10:15:05 ERROR no route to host]],
      [[2024-11-26 10:15:06 ERROR lookup db: no such host]],
      [[2024-11-26 10:15:07 ERROR server closed the connection unexpectedly]],
    }, expect = 7 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "connection refused"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN connection failed: 0]],
      [[2024-11-26 10:15:02 ERROR could not connect: timed out]],
      [[2024-11-26 10:15:03 ERROR code = Unavailable, connection refused]],
      [[2024-11-26 10:15:04 ERROR java.io.IOException: connection reset by peer]],
      [[{"level":"info","message":"connection refused, next node"}]],
    }, expect = 0 },
  },
}
