return rule {
  id          = "security.ban",
  title       = "{ip} was banned",
  type        = "Security",
  severity    = "low",
  description = "A guard (fail2ban, sshguard, denyhosts, CrowdSec, an application) blocked an address or a client for what it did.",
  tags        = { "attack.t1110", "attack.t1595" },
  dedup       = { "host", "ip" },

  any = {
    [[\[[\w.-]{1,80}\] (?:Increase )?Ban (?P<ip>[0-9A-Fa-f.:]+)|\[[\w.-]{1,80}\] Found (?P<seen>[0-9A-Fa-f.:]+)]],
    [[\bAttack from "(?P<ip>[0-9A-Fa-f.:]+)" on service\b|\bBlocking "(?P<net>[0-9A-Fa-f.:/]+)" for \d+ secs\b]],
    [[(?i)\b(?:ip|host|client|address|visitor|connection|user) (?:\(?(?:ip )?(?P<ip>[0-9a-f]+[.:][0-9a-f.:]+)\)? |(?:address )?\S{1,60} )?(?:has been |is now |is |was |got )?(?:banned|blacklisted|blocklisted|jailed)\b]],
    [[(?i)\b(?:(?:banning|blacklisting|blocklisting|banned) (?:ip |host |client |address )*|block(?:ed|ing) (?:ip |host |client |ip address |address ))(?P<ip>[0-9a-f]+[.:][0-9a-f.:]*[0-9a-f])\b|\b(?:added|adding) (?P<host>[0-9a-f]+[.:][0-9a-f.:]*[0-9a-f]) to (?:the )?(?:blacklist|blocklist|ban list|hosts\.deny)\b]],
  },
  none   = { access_line, [[(?i)\b(?:unban(?:ned|ning)?|not banned|no longer banned|ban (?:expired|lifted|removed)|already banned|0 banned)\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "each kind", log = {
      [[2024-11-26 10:15:02,123 fail2ban.actions [9]: NOTICE [sshd] Ban 203.0.113.9]],
      [[Nov 26 10:15:03 edge-1 sshguard[9]: Attack from "203.0.113.9" on service SSH with danger 10.]],
      [[2024-11-26 10:15:04 WARN client 203.0.113.9 is banned for 4 h]],
      [[2024-11-26 10:15:05 WARN banning 203.0.113.9 after 17 probes]],
    }, expect = 4 },
    { "who", log = [[2024-11-26 10:15:04 WARN host 203.0.113.9 blacklisted]], expect = { { ip = "203.0.113.9" } } },
    { "the end of a ban", log = [[2024-11-26 10:15:02 INFO client 203.0.113.9 banned yesterday: ban expired]], expect = 0 },
    { "in detail", log = [[{"level":"debug","service":"guard","message":"client 203.0.113.9 is banned"}]], expect = 0 },
    { "a word", log = [[2024-11-26 10:15:02 INFO Ban list loaded: 17 entries]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "2024-11-26 10:15:02,123 fail2ban.actions [9]: NOTICE [sshd] Ban 203.0.113.9"]], expect = 0 },
    { "blocked: found", log = {
      [[2024-11-26 10:15:01 WARN blocked IP 203.0.113.9 after 20 invalid requests]],
    }, expect = 1 },
    { "blocked: harmless", log = {
      [[2024-11-26 10:15:01 INFO blocked IP list has 3 entries]],
    }, expect = 0 },
  },
}
