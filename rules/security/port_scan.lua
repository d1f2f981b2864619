return rule {
  id          = "security.port_scan",
  title       = "Port scan from {ip}",
  type        = "Security",
  severity    = "medium",
  description = "A detector of scans (portsentry, psad, scanlogd, firewalls) or a trap port speaks.",
  tags        = { "attack.t1046", "attack.discovery" },
  dedup       = { "host", "ip" },

  any = {
    [[(?i)\b(?:port|host|network|syn|fin|xmas|null|udp|tcp) ?-?(?:scan|sweep)(?:ning|ned)?\b(?!\s*[:=]\s*(?:0|false|off|none))]],
    [[\battackalert: |\bHost: (?P<ip>[0-9A-Fa-f.:]+)/\S+ Port: \d+ (?:TCP|UDP) Blocked\b]],
    [[\bscanlogd: (?P<ip>[0-9A-Fa-f.:]+?)(?::\d+)? to ]],
    [[(?i)\bscan detected\b|\b(?:nmap|masscan|zmap) (?:scan|probe|fingerprint)]],
  },
  none   = { access_line, [[(?i)\b(?:0|no|without) (?:port ?)?scans?\b|\bscan (?:detection|detector) (?:enabled|loaded|started|ready)\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "each kind", log = {
      [[Nov 26 10:15:02 fw RT_IDS: RT_SCREEN_TCP: TCP port scan! source: 203.0.113.9:1, destination: 192.0.2.1:22]],
      [[1732616103 - 11/26/2024 10:15:03 Host: 203.0.113.9/203.0.113.9 Port: 23 TCP Blocked]],
      [[Nov 26 10:15:04 gw scanlogd: 203.0.113.9 to 192.0.2.1 ports 80, 81, 83, ..., fSrpauxy, TOS 00 @10:15:04]],
      [[Nov 26 10:15:05 gw psad: scan detected: 203.0.113.9 -> 192.0.2.1 tcp: [1-100] danger level: 3]],
    }, expect = 4 },
    { "who", log = [[Nov 26 10:15:04 gw scanlogd: 203.0.113.9:4711 to 192.0.2.1 ports 80, 81]], expect = { { ip = "203.0.113.9" } } },
    { "none", log = [[2024-11-26 10:15:02 INFO daily report: no port scans]], expect = 0 },
    { "in detail", log = [[{"level":"debug","service":"ids","message":"port scan preprocessor: 17 entries"}]], expect = 0 },
    { "of files", log = [[2024-11-26 10:15:02 INFO scan of /srv finished]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "RT_IDS: RT_SCREEN_TCP: TCP port scan! source: 203.0.113.9:1, destination: 192.0.2.1:22"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO no scans, port scan table empty]],
    }, expect = 0 },
  },
}
