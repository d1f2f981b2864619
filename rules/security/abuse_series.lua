return rule {
  id          = "security.abuse_series",
  title       = "{count} refused connections and messages of {ip}",
  type        = "Security",
  severity    = "medium",
  description = "Five refused or broken off attempts of one address at SSH, SIP, mail or name servers within ten minutes.",
  tags        = { "attack.t1595", "attack.reconnaissance" },

  correlate = {
    on     = { "security.ssh_probe", "security.sip_abuse", "security.mail_abuse", "security.dns_abuse", "security.tls_probe" },
    by     = { "ip" },
    within = "10m",
    count  = 5,
    quiet  = "10m",
  },

  tests = {
    { "five", log = series(5, "1m", "@t gw-1 sshd[811]: Timeout before authentication for 203.0.113.9 port 50112"),
      expect = { { ip = "203.0.113.9", count = 5 } } },
    { "four", log = series(4, "1m", "@t gw-1 sshd[811]: Timeout before authentication for 203.0.113.9 port 50112"), expect = 0 },
    { "in an hour", log = series(9, "5m", "@t gw-1 sshd[811]: Timeout before authentication for 203.0.113.9 port 50112"), expect = 0 },
    { "many addresses", log = series(9, "1s", "@t gw-1 sshd[811]: Timeout before authentication for 203.0.113.@n port 50112"), expect = 0 },
  },
}
