return rule {
  id          = "security.firewall_block",
  title       = "Firewall blocked {ip}",
  type        = "Security",
  severity    = "low",
  description = "A packet filter dropped or rejected traffic (ufw, netfilter, Proxmox, Cisco ASA, security groups).",
  tags        = { "attack.t1046", "attack.discovery" },
  dedup       = { "host", "ip" },

  any = {
    [[\[UFW BLOCK\].{0,400}\bSRC=(?P<ip>[0-9A-Fa-f.:]+)]],
    [[(?i)\b(?:drop|dropped|reject|rejected|deny|denied|block|blocked)\b.{0,200}\bIN=\S*.{0,200}\bSRC=(?P<ip>[0-9a-f.:]+)]],
    [[\bfirewall,\w+ .{0,60}\bin:\S+ out:.{0,200}\bproto \w+.{0,20}, \[?(?P<ip>[0-9A-Fa-f.:]+)]],
    [[%ASA-\d-\d+: Deny \S+ (?:src \S+:|from )(?P<ip>[0-9A-Fa-f.:]+)]],
    [[(?i)\bfirewall\b.{0,60}\b(?:blocked|dropped|denied|rejected)\b]],
    [[\bkernel: .{0,120}\bIN=\S* OUT=\S* .{0,200}\bSRC=(?P<ip>[0-9A-Fa-f.:]+) DST=]],
  },
  none = { [[(?i)\b(?:ACCEPT|ALLOW)(?:ED)?\b]], [[(?i)\b0 (?:packets )?(?:blocked|dropped)\b]] },

  tests = {
    { "ufw", log = [[Nov 26 10:15:02 edge-1 kernel: [99.1] [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=203.0.113.9 DST=192.0.2.1 LEN=44 PROTO=TCP SPT=1 DPT=23]],
      expect = { { ip = "203.0.113.9" } } },
    { "JSON", log = [[{"level":"warn","service":"edge","message":"firewall rule 17 blocked a connection","src_ip":"203.0.113.9"}]], expect = 1 },
    { "allowed", log = [[Nov 26 10:15:02 edge-1 kernel: [99.1] ACCEPT IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 PROTO=TCP]], expect = 0 },
    { "statistics", log = [[2024-11-26 10:15:02 INFO firewall reloaded, 0 packets dropped]], expect = 0 },
  },
}
