return rule {
  id          = "security.sip_abuse",
  title       = "SIP request of {ip} refused",
  type        = "Security",
  severity    = "medium",
  description = "Telephone exchanges (Asterisk, FreeSWITCH, Kamailio) that refuse a registration, call or unknown endpoint: toll fraud begins so.",
  tags        = { "attack.t1110", "attack.t1595" },
  dedup       = { "host", "ip" },

  any = {
    [[\bRe(?:gistration|quest)(?: '\w+')? from '.{0,300}' failed for '(?P<ip>[0-9A-Fa-f.:]*?[0-9A-Fa-f])(?::\d+)?' ]],
    [[\bNo registration for peer '(?P<user_id>[^'\n]{0,100})' \(from (?P<ip>[0-9A-Fa-f.:]+)\)]],
    [[\bCall (?:from '.{0,200}' )?\((?:\w+:)?\[?(?P<ip>[0-9A-Fa-f.:]+?)\]?:\d+\) to extension '.{0,100}' rejected because\b]],
    [[\bRejecting unknown SIP connection from \[?(?P<ip>[0-9A-Fa-f.]+|[0-9A-Fa-f:]+:[0-9A-Fa-f]*)\]?|\bhacking attempt detected '(?P<ip2>[0-9A-Fa-f.:]+)']],
    [[\bSIP auth (?:challenge|failure) \(\w+\) on sofia profile '.{0,200}' for \[(?P<user_id>.{0,200})\] from ip (?P<ip>[0-9A-Fa-f.:]+)]],
    [[\bCan't find user \[(?P<user_id>[^\]\n]{0,100})\] from (?P<ip>[0-9A-Fa-f.:]+)]],
    [[\bSecurityEvent="(?:Invalid\w+|ChallengeResponseFailed|FailedACL|UnexpectedAddress|RequestBadFormat|RequestNotAllowed)".{0,600}\bRemoteAddress="IPV\d/\w+/(?P<ip>[0-9A-Fa-f.:]+)/\d+"]],
    [[\bIP (?P<ip>[0-9A-Fa-f.:]+) Rejected by (?:acl|register acl)\b|\b(?:Rejected by acl "[^"\n]{1,60}"\.|pike blocking) ]],
  },
  none = { access_line },

  tests = {
    { "each kind", log = {
      [[[2024-11-26 10:15:02] NOTICE[9]: chan_sip.c: Registration from '"100" <sip:100@192.0.2.1>' failed for '203.0.113.9:5060' - Wrong password]],
      [[[2024-11-26 10:15:03] NOTICE[9] chan_iax2.c: No registration for peer 'mia' (from 203.0.113.9)]],
      [[[2024-11-26 10:15:04] NOTICE[9][C-00000001] chan_sip.c: Call from '' (203.0.113.9:5071) to extension '900' rejected because extension not found in context 'default'.]],
      [[[2024-11-26 10:15:05] WARNING[9] Ext. s: "Rejecting unknown SIP connection from 203.0.113.9"]],
      [[2024-11-26 10:15:06.123 [WARNING] sofia_reg.c:1533 SIP auth challenge (INVITE) on sofia profile 'internal' for [100@192.0.2.1] from ip 203.0.113.9]],
      [[2024-11-26 10:15:07.123 [WARNING] sofia_reg.c:2906 Can't find user [100@192.0.2.1] from 203.0.113.9]],
      [[[2024-11-26 10:15:08] SECURITY[9] res_security_log.c: SecurityEvent="InvalidAccountID",Service="SIP",RemoteAddress="IPV4/UDP/203.0.113.9/5060"]],
      [[2024-11-26 10:15:09.123 [WARNING] sofia.c:10350 IP 203.0.113.9 Rejected by acl "domains".]],
    }, expect = 8 },
    { "an address in the caller's name", log = [=[[2024-11-26 10:15:04] NOTICE[9] res_pjsip_session.c: Request 'INVITE' from '"x' failed for '192.0.2.1:1' - " <sip:x@192.0.2.2>' failed for '203.0.113.9:5060' (callid: 7) - No matching endpoint found]=],
      expect = { { ip = "203.0.113.9" } } },
    { "registered", log = [[[2024-11-26 10:15:02] NOTICE[9]: chan_sip.c: Registered SIP '100' at 203.0.113.9:5060]], expect = 0 },
    { "a call", log = [[[2024-11-26 10:15:02] VERBOSE[9]: pbx.c: Call from '100' to extension '200' answered]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "[2024-11-26 10:15:02] NOTICE[9]: chan_sip.c: Registration from ''100' <sip:100@192.0.2.1>' failed for '203.0.113.9:5060' - Wrong password"]], expect = 0 },
  },
}
