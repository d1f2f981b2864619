return rule {
  id          = "security.many_ports",
  title       = "{ip} tried {distinct} ports",
  type        = "Security",
  severity    = "medium",
  description = "A firewall logged packets of one address to fifteen different ports within a minute (netfilter's form: SRC= DPT=).",
  tags        = { "attack.t1046", "attack.discovery" },

  any = { [[\bDPT=(?P<port>\d{1,5})\b]] },
  correlate = {
    by       = { "ip" },
    within   = "1m",
    distinct = { field = "port", count = 15 },
    quiet    = "10m",
  },

  tests = {
    { "fifteen ports", log = series(15, "2s", "@t fw-1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=40000 DPT=10@n SYN"),
      expect = { { ip = "203.0.113.9", distinct = 15 } } },
    { "fourteen", log = series(14, "2s", "@t fw-1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=40000 DPT=10@n SYN"),
      expect = 0 },
    { "one port", log = series(50, "1s", "@t fw-1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=400@n DPT=22 SYN"),
      expect = 0 },
    { "in an hour", log = series(20, "3m", "@t fw-1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP SPT=40000 DPT=10@n SYN"),
      expect = 0 },
    { "many addresses", log = series(50, "1s", "@t fw-1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.@n DST=192.0.2.1 PROTO=TCP SPT=40000 DPT=10@n SYN"),
      expect = 0 },
  },
}
