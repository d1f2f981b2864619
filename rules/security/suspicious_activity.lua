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
    [[(?i)\b(?:unusual|anomalous|abnormal) (?:log-?in|sign-?in|activity|traffic|access|location|behaviou?r|transaction|download|upload|data transfer|outbound|volume|number of|amount of)\b]],
    [[(?i)\b(?:request|syn|http|login|connection) flood(?:ing)?\b|\b(?:d?dos|denial[ -]of[ -]service) (?:attack|attempt)\b]],
    [[(?i)\b(?:attack|intrusion|exploit|malware|ransomware|backdoor|rootkit|web ?shell|honeypot)(?: \w+)? (?:detected|attempt|blocked|found)\b]],
    [[(?i)\bpossible (?:\w+ )?(?:break-in|attack|intrusion|fraud|abuse|hijack\w*)\b|\bSECURITY VIOLATION\b|\b(?:user|account|username) enumeration\b]],
    [[(?i)\bfraud(?:ulent)? (?:\w+ )?(?:detected|suspected|alert)\b]],
    [[(?i)\b(?:XXE|SSRF|RCE|LFI|RFI|CSRF|(?:command|code|template|LDAP|XPath|header|log|CRLF|OS|NoSQL|prompt) injection|external entity(?: reference)?|insecure deserialization|prototype pollution|request smuggling|cache poisoning|session[ -]?(?:hijack\w*|fixation)|privilege abuse)\b.{0,60}\b(?:attempt\w*|attack\w*|detected|blocked|suspected|prevented|rejected|used from)\b|\b(?:possible|suspected|blocked|detected|prevented|attempted) (?:XXE|SSRF|RCE|LFI|RFI|CSRF|(?:command|code|template|LDAP|XPath|header|log|CRLF|OS|NoSQL|prompt) injection|external entity(?: reference)?|insecure deserialization|prototype pollution|request smuggling|cache poisoning|session[ -]?(?:hijack\w*|fixation)|privilege abuse)\b]],
    [[(?i)\b(?:(?:sandbox|container|jail|vm|hypervisor) (?:escape|breakout)|reverse shell|crypto-?min(?:er|ing)|keylogger|lateral movement|pass-the-(?:hash|ticket)|golden ticket|mimikatz|cobalt strike|command[- ]and[- ]control|c2 (?:beacon\w*|traffic|server)|data leak(?:age)?|ransomware|phishing|remote code execution)\b(?! (?:protect\w*|defin\w*|rules?|detection|policy|awareness|training|simulation|scan\w*|monitor\w*|signatures?|course|article))|\b(?:black ?listed|block ?listed|malicious|known[- ]bad|botnet|tor exit|compromised) (?:ip|address|host|domain|node|server|client|url|file|process|user agent|account|payload|request|traffic)\b]],
    [[(?i)\b(?:data )?exfiltrat(?:ion|ed|ing)\b|\b(?:api|access|secret|private) ?keys? (?:was |were |has been )?(?:leaked|exposed|compromised)\b|\b(?:leaked|exposed|compromised) (?:api|access|secret|private) ?keys?\b|\bcredentials? (?:was |were )?(?:leaked|compromised)\b]],
    [[\bModSecurity: +(?:Warning|Access denied|Rule|\[file)]],
    [[\(no auth attempts in \d+ secs?\)|\btried to use dis(?:abled|allowed) (?:\w+ )?auth\b]],
    [[(?:^|\s)(?!veth|docker|br|virbr|cali|cni|vnet|tap|lxc)[\w.@-]{2,20}:? entered promiscuous mode\b]],    -- not the ports of bridges
  },
  none = {
    access_line,
    [[(?i)\b(?:0|no|zero|not) (?:\w+ )?(?:suspicious|anomal\w+|attacks?|threats?|malware)\b]],
    [[(?i)\b(?:suspicious|anomal\w+|exfiltration|attack|injection|XXE|SSRF|CSRF)(?: \w+)? (?:monitor\w*|detect(?:ion|or)s?|checks?|filter|reporting|rules?|policy|protection|prevention) (?:is |was |are |were )?(?:empty|enabled|on|ok|started|loaded|ready|disabled|initiali[sz]ed|running|updated)\b]],
    [[(?i)\b(?:suspicious|anomalies|attacks?|threats?)"?\s*[:=]\s*(?:0\b|false)]],
    [[(?i)\bsql[ _-]?injection|\bcross[ -]site scripting|\bpath traversal|\bbrute[ _-]?force\b|\bcredential[ _-]stuffing\b]],    -- rules of their own
  },
  unless = { { level = { "trace", "debug" } }, { eventSource = { exists = true } } },    -- names of buckets are no news; aws.*

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
    { "named attacks: found", log = {
      [[2024-11-26 10:15:01 WARN XmlFilter - possible XXE attack from 203.0.113.9]],
      [[2024-11-26 10:15:01 WARN UrlFetcher - SSRF attempt blocked: http://192.0.2.1/ requested by mia]],
      [[2024-11-26 10:15:01 ERROR command injection detected in parameter host from 203.0.113.9]],
      [[{"level":"warning","message":"Unusual download volume: user mia downloaded 14 GB in 10 minutes"}]],
      [[{"level":"warning","message":"14 GB sent to 198.51.100.7: data exfiltration?"}]],
      [[2024-11-26 10:15:01 WARN API key leaked in request log]],
    }, expect = 6 },
    { "named attacks: harmless", log = {
      [[2024-11-26 10:15:01 INFO Suspicious activity monitor started]],
      [[2024-11-26 10:15:01 INFO exfiltration detection enabled]],
      [[2024-11-26 10:15:01 INFO dependency injection container built]],
    }, expect = 0 },
    { "the name of a bucket", log = [[{"eventSource":"s3.amazonaws.com","eventName":"HeadBucket","requestParameters":{"bucketName":"data-exfiltration-test"}}]], expect = 0 },
    { "tools of attackers: found", log = {
      [[2024-11-26 10:15:01 ERROR reverse shell detected: bash]],
      [[2024-11-26 10:15:01 WARN ransomware behaviour: 900 files encrypted by process 77]],
      [[2024-11-26 10:15:01 WARN login from blacklisted IP 203.0.113.9]],
    }, expect = 3 },
    { "tools of attackers: harmless", log = {
      [[2024-11-26 10:15:01 INFO ransomware protection enabled]],
      [[2024-11-26 10:15:01 INFO ip blacklist loaded]],
    }, expect = 0 },
    { "more tools: found", log = {
      [[2024-11-26 10:15:01 WARN remote code execution attempt blocked in /upload]],
    }, expect = 1 },
    { "more tools: harmless", log = {
      [[2024-11-26 10:15:01 INFO phishing awareness training done]],
    }, expect = 0 },
  },
}
