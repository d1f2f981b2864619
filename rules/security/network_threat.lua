return rule {
  id          = "security.network_threat",
  title       = "{service}: attack in traffic of {ip}",
  type        = "Security",
  severity    = "high",
  description = "Intrusion prevention of network devices in text: Fortinet, Palo Alto, Juniper, Check Point, SonicWall, Cisco, Snort.",
  tags        = { "attack.t1190", "attack.t1595" },
  dedup       = { "host", "ip" },

  any = {
    [[\btype="?(?:utm|anomaly)"?\s.{0,900}\b(?:subtype="?(?:ips|virus|anomaly|waf|botnet)|attack=")]],
    [[,THREAT,(?:vulnerability|virus|spyware|flood|scan|wildfire\w*|packet|ml-virus),]],
    [[\b(?:RT_SCREEN_\w+|IDP_ATTACK_LOG_EVENT|AAMW_\w+_LOG)\b]],
    [[\[Classification: |%IPS-\d-SIGNATURE\b|%ASA-\d-(?:4000\d\d|733100|106016|106017|106021|106022)\b|\bET (?:SCAN|EXPLOIT|MALWARE|TROJAN)\b]],
    [[(?i)\b(?:IP spoof|ping of death|land attack|teardrop|smurf|winnuke|tear ?drop|ICMP flood|UDP flood|SYN flood)(?: attack)?(?: detected| dropped|!)]],
    [=[\bproduct[:=] ?"(?:SmartDefense|IPS|Anti-?Bot|Anti-?Virus|Threat Emulation)"|\bprotection_name[:=]]=],
  },
  none = { access_line },

  tests = {
    { "each kind", log = {
      [[Nov 26 10:15:02 fg date=2024-11-26 devname="f" type="utm" subtype="ips" severity="high" srcip=203.0.113.9 dstip=192.0.2.1 action="dropped"]],
      [[Nov 26 10:15:03 pa 1,2024/11/26 10:15:03,0011,THREAT,vulnerability,1,2024/11/26 10:15:03,203.0.113.9,192.0.2.1]],
      [[Nov 26 10:15:04 srx RT_IDS: RT_SCREEN_ICMP: ICMP fragment! source: 203.0.113.9, destination: 192.0.2.1]],
      [[Nov 26 10:15:05 ids snort[9]: [1:1418:11] request tcp [Classification: Attempted Information Leak] [Priority: 2] {TCP} 203.0.113.9:1 -> 192.0.2.1:161]],
      [[Nov 26 10:15:06 sw id=firewall m=23 msg="IP spoof dropped" src=203.0.113.9:1:X1]],
      [[Nov 26 10:15:07 cp action:"Prevent" product:"SmartDefense" src:"203.0.113.9"]],
    }, expect = 6 },
    { "traffic", log = [[Nov 26 10:15:02 fg date=2024-11-26 devname="f" type="traffic" subtype="forward" srcip=192.0.2.7 action="accept"]], expect = 0 },
    { "a list", log = [[2024-11-26 10:15:02 INFO loaded 91 signatures, SYN flood protection is on]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "1,2024/11/26 10:15:03,0011,THREAT,vulnerability,1,2024/11/26 10:15:03,203.0.113.9,192.0.2.1"]], expect = 0 },
  },
}
