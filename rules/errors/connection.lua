-- What says that a name has no address, whoever says it.
local UNRESOLVED = [[(?i)\b(?:ENOTFOUND|EAI_AGAIN|no such host|name or service not known|temporary failure in name resolution|nodename nor servname|no address associated with hostname|name does not resolve|getaddrinfo)\b]]

local connection = rule {
  id          = "errors.connection",
  title       = "Connection failed",
  type        = "Error",
  severity    = "high",
  description = "A network connection was refused, reset or could not be made.",
  tags        = { "error.network" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bconnection (?:refused|reset by peer|aborted|lost|terminated unexpectedly)\b]],
    [[(?i)\b(?:database |server |client |network |redis |broker |db )?connection (?:(?:to|for|from|of) (?:\S{1,60} ){1,3})?(?:has )?failed\b]],
    [[(?i)\b(?:failed|unable|could not|cannot|can't) (?:to )?(?:connect|establish (?:a )?connection|reach (?:the )?(?:host|server|database|broker))\b]],
    [[\bE(?:CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|PIPE)\b]],
    [[(?i)\bno route to host\b|\bnetwork is unreachable\b|\bbroken pipe\b|\bhost is down\b]],
    [[(?i)\bserver closed the connection unexpectedly\b|\blink has been severed\b]],
  },
  none = {
    access_line,
    [[(?i)\b(?:connection|connect) failed\s*[:=]\s*(?:0|false|none)\b|\b0 (?:failed )?connections?\b]],
    UNRESOLVED,                                                                       -- errors.name_resolution
    [[(?i)\btimed[ -]out\b|\bdeadline exceeded\b|\bauthenticat|\bprobe failed\b]],    -- rules of their own
    [[(?i)\bcode = Unavailable\b|\bupstream connect error\b|\bconnect\(\) failed\b]],
    [[(?m)^\s+at [\w.$<>/ ]+\(|\b\w+Exception: ]],                                    -- errors.exception
  },
  unless = { level = { "trace", "debug", "info" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"orders","message":"cannot publish","err":"dial tcp 192.0.2.7:5672: connect: connection refused"}]],
      expect = { { service = "orders" } } },
    { "text", log = [[2024-11-26 10:15:00 ERROR database connection to replica-2 failed]], expect = 1 },
    { "a name without an address", log = [[2024-11-26 10:15:00 WARN cannot connect: lookup cache.internal: no such host]], expect = 0 },
    { "failover", log = [[2024-11-26 10:15:00 INFO connection failover to replica-2 complete]], expect = 0 },
    { "nothing failed", log = [[2024-11-26 10:15:00 WARN stats connections=90 connection failed: 0]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR connection reset by peer]],
      [[2024-11-26 10:15:02 ERROR redis connection to cache-2 failed]],
      [[2024-11-26 10:15:03 ERROR unable to connect to broker]],
      [[2024-11-26 10:15:04 ERROR socket: EHOSTUNREACH]],
      [[2024-11-26 10:15:05 ERROR no route to host]],
      [[2024-11-26 10:15:07 ERROR server closed the connection unexpectedly]],
    }, expect = 6 },
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

local name_resolution = rule {
  id          = "errors.name_resolution",
  title       = "Name resolution failed for {name}",
  type        = "Error",
  severity    = "high",
  description = "The address of a host could not be found out: its name is wrong, or the name servers do not answer.",
  tags        = { "error.network" },
  dedup       = { "service", "name" },

  any = {
    UNRESOLVED,
    -- With the name: Node, Go, curl, ssh and PostgreSQL, nginx.
    [[\b(?:ENOTFOUND|EAI_AGAIN) (?P<name>[\w-]+(?:\.[\w-]+)*)]],
    [[\blookup (?P<name>[\w-]+(?:\.[\w-]+)*)(?: on \S{1,80})?: (?:no such host|server misbehaving|[^\n]{0,80}i/o timeout)]],
    [[(?i)\bcould not (?:resolve (?:host|hostname|proxy):?|translate host name) ["']?(?P<name>[\w-]+(?:\.[\w-]+)*)]],
    [[\b(?P<name>[\w-]+(?:\.[\w-]+)*) could not be resolved \(\d+: ]],
    [[\bhost not found in upstream "(?P<name>[\w-]+(?:\.[\w-]+)*)]],
  },
  none = {
    access_line,
    [[(?i)\breverse mapping\b|\bdoes not resolve to address\b]],                       -- names of clients
    [[(?m)^\s+at [\w.$<>/ ]+\(|\b\w+Exception: ]],                                    -- errors.exception
  },
  unless = { level = { "trace", "debug", "info" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"shop","message":"charge failed","err":"getaddrinfo ENOTFOUND payments.internal"}]],
      expect = { { service = "shop", title = "Name resolution failed for payments.internal" } } },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR dial tcp: lookup a.internal on 10.96.0.10:53: server misbehaving]],
      [[2024-11-26 10:15:02 WARN curl: (6) Could not resolve host: b.internal]],
      [[2024/11/26 10:15:03 [error] 7#7: *1 c.internal could not be resolved (3: Host not found), client: 192.0.2.9]],
      [[2024/11/26 10:15:04 [emerg] 1#1: host not found in upstream "d.internal" in /etc/nginx/nginx.conf:7]],
      [[2024-11-26 10:15:05 ERROR [Errno -3] Temporary failure in name resolution]],
    }, expect = { { title = "Name resolution failed for a.internal" }, { title = "Name resolution failed for b.internal" },
      { title = "Name resolution failed for c.internal" }, { title = "Name resolution failed for d.internal" },
      { title = "Name resolution failed" } } },
    { "a client's name", log = {
      [[Nov 26 10:15:01 mx-1 postfix/smtpd[812]: warning: hostname mail.example does not resolve to address 192.0.2.9: Name or service not known]],
      [[Nov 26 10:15:02 node-1 sshd[812]: reverse mapping checking getaddrinfo for mail.example [192.0.2.9] failed]],
    }, expect = 0 },
    { "a lookup", log = [[2024-11-26 10:15:01 WARN lookup cache.internal: slow, 700 entries]], expect = 0 },
    { "said by a level that is not alarmed", log = [[2024-11-26 10:15:01 INFO getaddrinfo replaced]], expect = 0 },
    { "an exception", log = [[2024-11-26 10:15:01 ERROR java.net.UnknownHostException: db: Name or service not known]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "getaddrinfo"]], expect = 0 },
  },
}

return { connection, name_resolution }
