return rule {
  id          = "security.client_throttled",
  title       = "{ip} asks too much and is held back",
  type        = "Security",
  severity    = "low",
  description = "A server slows down or refuses one client that sends too many requests or connections: floods, crawlers, guessing.",
  tags        = { "attack.t1498", "attack.t1110" },
  dedup       = { "host", "ip" },

  any = {
    [[\b(?:limiting|delaying) (?:requests?|connections?)(?:, excess: [\d.]+)?,? by zone "[^"\n]{0,100}", client: (?P<ip>[0-9A-Fa-f.:]+)]],
    [[\bratelimit block\b.{0,300}\bquery (?P<ip>[0-9A-Fa-f.:]+)]],
    [[(?i)\bpossible (?:SYN )?flood(?:ing)?\b|\b(?:client|host|ip) (?P<ip>[0-9a-f.:]{7,45}) (?:exceeded|has exceeded|reached|hit) (?:the |its )?(?:\w+ )?(?:connection|request|rate) limit\b|\bmod_evasive\b|\bBlacklisting address (?P<client>[0-9a-f.:]+)]],
  },
  none = { access_line },

  tests = {
    { "each kind", log = {
      [[2024/11/26 10:15:02 [error] 9#9: *17 limiting requests, excess: 5.120 by zone "login", client: 203.0.113.9, server: example.com]],
      [[[1732616103] nsd[9]: info: ratelimit block example.com. type any target 203.0.113.0/24 query 203.0.113.9 TYPE255]],
      [[Nov 26 10:15:04 web1 kernel: TCP: possible SYN flooding on port 443. Sending cookies.]],
    }, expect = 3 },
    { "the client", log = [[2024/11/26 10:15:02 [error] 9#9: *17 limiting connections by zone "c", client: 203.0.113.9, server: 192.0.2.1]], expect = { { ip = "203.0.113.9" } } },
    { "a setting", log = [[2024/11/26 10:15:02 [notice] 9#9: limit zone "login" has 10 MB]], expect = 0 },
    { "an upload", log = [[2024-11-26 10:15:02 INFO limiting requests to 50/s for the import]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "[1732616103] nsd[9]: info: ratelimit block example.com. type any target 203.0.113.0/24 query 203.0.113.9 TYPE255"]], expect = 0 },
  },
}
