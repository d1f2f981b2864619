return rule {
  id          = "security.dns_abuse",
  title       = "DNS request of {ip} refused",
  type        = "Security",
  severity    = "low",
  description = "Name servers that refuse a query, transfer or update, or limit a client (amplification).",
  tags        = { "attack.t1590.002", "attack.t1498.002" },
  dedup       = { "host", "ip" },

  any = {
    [[\bclient (?:@0x[0-9a-f]+ )?(?P<ip>[0-9A-Fa-f.:]+)#\d+.{0,300}: (?:bad zone transfer request|zone transfer '.{0,200}' denied|query (?:\(cache\) )?'.{0,300}' denied|update '.{0,200}' denied|notify .{0,100}(?:denied|refused)|request has invalid signature)]],
    [[\brate[ -]?limit (?:drop|slip|block)\b.{0,300}\b(?:response to|query) (?P<ip>[0-9A-Fa-f.:]+)]],
    [[\b(?:axfr|ixfr|notify|update)\b.{0,200} from (?P<ip>[0-9A-Fa-f.:]+) refused\b|\brefused query from (?P<client>[0-9A-Fa-f.:]+)|\brefused, no acl matches\b|\bunsuccessful AXFR attempt from (?P<peer>[0-9A-Fa-f.:]+)]],
    [[(?i)\bunauthori[sz]ed (?:AXFR|IXFR|zone transfer|dynamic update|update)\b]],
  },
  none = { access_line },

  tests = {
    { "each kind", log = {
      [[Nov 26 10:15:02 ns1 named[9]: client @0x7f12 203.0.113.9#4711 (example.com): bad zone transfer request: 'example.com/IN': non-authoritative zone (NOTAUTH)]],
      [[Nov 26 10:15:03 ns1 named[9]: client 203.0.113.9#4711 (x.example): rate limit drop all response to 203.0.113.0/24]],
      [[[1732616104] nsd[9]: info: axfr for example.com. from 203.0.113.9 refused, no acl matches.]],
      [[Nov 26 10:15:05 ns1 dnsd: unauthorised zone transfer request by 203.0.113.9]],
    }, expect = 4 },
    { "the client", log = [[Nov 26 10:15:02 ns1 named[9]: client 203.0.113.9#4711 (192.0.2.1): query (cache) '192.0.2.1/A/IN' denied]], expect = { { ip = "203.0.113.9" } } },
    { "answered", log = [[Nov 26 10:15:02 ns1 named[9]: client 203.0.113.9#4711 (example.com): query: example.com IN A +]], expect = 0 },
    { "a transfer", log = [[Nov 26 10:15:02 ns1 named[9]: client 192.0.2.2#4711: transfer of 'example.com/IN': AXFR ended]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "named[9]: client @0x7f12 203.0.113.9#4711 (example.com): bad zone transfer request: 'example.com/IN': non-authoritative zone (NOTAUTH)"]], expect = 0 },
  },
}
