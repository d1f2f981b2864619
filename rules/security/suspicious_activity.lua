return rule {
  id          = "security.suspicious_activity",
  title       = "Suspicious activity",
  type        = "Security",
  severity    = "high",
  description = "The log itself calls something suspicious: anomalies, risky logins, floods, scans, malware, intrusion alerts.",
  tags        = { "attack.t1595", "attack.reconnaissance" },

  any = {
    [[(?i)\bsuspicious\b(?! activity (?:report|monitor|check) (?:is )?(?:empty|enabled|ok))]],
    [[(?i)\b(?:high|elevated|unusual)[ -]risk (?:authentication|log-?in|sign-?in|user|session|transaction|score)\b]],
    [[(?i)\bimpossible travel\b|\baccount takeover\b]],
    [[(?i)\b(?:unusual|anomalous|abnormal) (?:log-?in|sign-?in|activity|traffic|access|location|behaviou?r|transaction)\b]],
    [[(?i)\b(?:request|syn|http|login|connection) flood(?:ing)?\b|\b(?:d?dos|denial[ -]of[ -]service) (?:attack|attempt)\b]],
    [[(?i)\b(?:attack|intrusion|exploit|malware|ransomware|backdoor|rootkit|web ?shell|honeypot)(?: \w+)? (?:detected|attempt|blocked|found)\b]],
    [[(?i)\bpossible (?:\w+ )?(?:break-in|attack|intrusion|fraud|abuse|hijack\w*)\b|\bSECURITY VIOLATION\b|\b(?:user|account|username) enumeration\b]],
    [[(?i)\bfraud(?:ulent)? (?:\w+ )?(?:detected|suspected|alert)\b]],
    [[\bModSecurity: +(?:Warning|Access denied|Rule|\[file)]],
    [[\(no auth attempts in \d+ secs?\)|\btried to use dis(?:abled|allowed) (?:\w+ )?auth\b]],
    [[(?:^|\s)(?!veth|docker|br|virbr|cali|cni|vnet|tap|lxc)[\w.@-]{2,20}:? entered promiscuous mode\b]],    -- not the ports of bridges
  },
  none = {
    access_line,
    [[(?i)\b(?:0|no|zero|not) (?:\w+ )?(?:suspicious|anomal\w+|attacks?|threats?|malware)\b]],
    [[(?i)\b(?:suspicious|anomalies|attacks?|threats?)"?\s*[:=]\s*(?:0\b|false)]],
    [[(?i)\bsql[ _-]?injection|\bcross[ -]site scripting|\bpath traversal|\bbrute[ _-]?force\b|\bcredential[ _-]stuffing\b]],    -- rules of their own
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"warn","service":"auth","message":"Suspicious origin blocked","ip":"203.0.113.9"}]],
      expect = { { ip = "203.0.113.9" } } },
    { "risk engine", log = [[2024-11-26 10:15:02 WARN High risk authentication for mia (score 91)]], expect = 1 },
    { "a clean report", log = [[2024-11-26 10:15:02 INFO scan finished, no suspicious files, threats=0]], expect = 0 },
    { "a name", log = [[2024-11-26 10:15:02 INFO started module anomaly_score, risk engine ready]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN suspicious]],
      [[2024-11-26 10:15:02 WARN unusual-risk session]],
      [[2024-11-26 10:15:03 WARN impossible travel]],
      [[2024-11-26 10:15:04 WARN abnormal traffic]],
      [[2024-11-26 10:15:05 WARN syn flood]],
      [[2024-11-26 10:15:06 WARN intrusion attempt]],
      [[2024-11-26 10:15:07 WARN possible hijacking]],
      [[2024-11-26 10:15:08 WARN fraud suspected]],
      [[2024-11-26 10:15:09 WARN ModSecurity: Warning. Pattern match]],
      [[2024-11-26 10:15:10 WARN 203.0.113.9 (no auth attempts in 3 secs)]],
    }, expect = 10 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "suspicious"]], expect = 0 },
    { "a sniffer", log = [[Nov 26 10:15:00 node-1 kernel: [912.1] device eth0 entered promiscuous mode]], expect = 1 },
    { "a container's port", log = [[Nov 26 10:15:00 node-1 kernel: [912.1] device veth81ab entered promiscuous mode]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO not suspicious]],
      [[2024-11-26 10:15:02 INFO suspicious: 0]],
      [[2024-11-26 10:15:03 WARN suspicious: brute force]],
      [[{"level":"debug","message":"suspicious"}]],
    }, expect = 0 },
  },
}
