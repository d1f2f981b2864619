-- Events of the Windows Security log, as agents write them in JSON, and in text.
local FAILED = { 529, 530, 531, 532, 533, 534, 535, 537, 539, 4625, 4771, 4768, 4776, 6273 }
local GRAVE = { 517, 1102, 1100, 4719, 4740, 4794, 4649, 4765, 4766, 4964, 5148, 5149 }

return {
  rule {
    id          = "security.windows_logon_failed",
    title       = "Windows logon of {user_id} failed",
    type        = "Security",
    severity    = "medium",
    description = "A failed logon or Kerberos request in the Windows Security log.",
    tags        = { "attack.t1110", "attack.credential_access" },
    dedup       = { "host", "user_id", "ip" },

    where = {
      { EventID = FAILED, Channel = "Security" },
      { ["winlog.event_id"] = FAILED },
      { ["Event.System.EventID"] = FAILED },
      { ["System.EventID"] = FAILED },
    },
    unless = { { Status = "0x0" }, { ["winlog.event_data.Status"] = "0x0" } },    -- 4768 and 4776 that succeeded

    tests = {
      { "JSON", log = [[{"EventID":4625,"Channel":"Security","TargetUserName":"mia","IpAddress":"203.0.113.9"}]], expect = { { user_id = "mia", ip = "203.0.113.9" } } },
      { "Winlogbeat", log = [[{"winlog":{"event_id":4771},"host":{"name":"dc1"}}]], expect = { { host = "dc1" } } },
      { "nested", log = [[{"Event":{"System":{"EventID":4625}}}]], expect = 1 },
      { "nested, shorter", log = [[{"System":{"EventID":4625}}]], expect = 1 },
      { "another log", log = [[{"EventID":4625,"Channel":"Application"}]], expect = 0 },
      { "another event", log = {
        [[{"EventID":4634,"Channel":"Security"}]], [[{"winlog":{"event_id":4634}}]], [[{"Event":{"System":{"EventID":4634}}}]], [[{"System":{"EventID":4634}}]],
      }, expect = 0 },
      { "it succeeded", log = { [[{"EventID":4776,"Channel":"Security","Status":"0x0"}]], [[{"winlog":{"event_id":4768,"event_data":{"Status":"0x0"}}}]] }, expect = 0 },
    },
  },
  rule {
    id          = "activity.windows_logon",
    title       = "{user_id} logged on to Windows",
    type        = "UserActivity",
    severity    = "info",
    description = "A logon of a person in the Windows Security log: at the screen, over RDP, unlocked, cached.",
    tags        = { "activity.login" },
    dedup       = { "host", "user_id" },

    where = { EventID = { 528, 540, 4624 }, Channel = "Security", LogonType = { 2, 7, 10, 11 } },

    tests = {
      { "over RDP", log = [[{"EventID":4624,"Channel":"Security","LogonType":10,"TargetUserName":"mia","IpAddress":"192.0.2.7"}]], expect = { { user_id = "mia", ip = "192.0.2.7" } } },
      { "none", log = {
        [[{"EventID":4624,"Channel":"Security","LogonType":3}]], [[{"EventID":4634,"Channel":"Security","LogonType":10}]], [[{"EventID":4624,"Channel":"Shop","LogonType":10}]],
      }, expect = 0 },
    },
  },
  rule {
    id          = "activity.windows_account_change",
    title       = "Windows account changed by {user_id}",
    type        = "UserActivity",
    severity    = "medium",
    description = "An account or a group changed in the Windows Security log.",
    tags        = { "activity.account", "attack.t1136", "attack.t1098" },
    dedup       = { "host", "user_id" },

    where = { EventID = { 4720, 4722, 4723, 4724, 4725, 4726, 4727, 4728, 4729, 4730, 4731, 4732, 4733, 4738, 4741, 4743, 4756, 4757, 4767, 4781 }, Channel = "Security" },

    tests = {
      { "created", log = [[{"EventID":4720,"Channel":"Security","SubjectUserName":"mia","TargetUserName":"tom"}]], expect = { { user_id = "mia" } } },
      { "none", log = { [[{"EventID":4634,"Channel":"Security"}]], [[{"EventID":4720,"Channel":"Shop"}]] }, expect = 0 },
    },
  },
  rule {
    id          = "security.windows_alarm",
    title       = "Windows Security event {EventID}",
    type        = "Security",
    severity    = "high",
    description = "The Security log was cleared, the audit policy changed, an account locked, somebody became an administrator, a replay or SID history seen.",
    tags        = { "attack.t1070.001", "attack.defense_evasion" },
    dedup       = { "host", "user_id" },

    where = {
      { EventID = GRAVE, Channel = "Security" },
      { ["winlog.event_id"] = GRAVE, ["winlog.channel"] = "Security" },
      { EventID = { 4728, 4732, 4756 }, Channel = "Security", TargetUserName = { "Administrators", "Domain Admins", "Enterprise Admins", "Schema Admins" } },
    },

    tests = {
      { "cleared", log = [[{"EventID":1102,"Channel":"Security","SubjectUserName":"mia"}]], expect = { { user_id = "mia" } } },
      { "Winlogbeat", log = [[{"winlog":{"event_id":4740,"channel":"Security"}}]], expect = 1 },
      { "a new administrator", log = [[{"EventID":4732,"Channel":"Security","TargetUserName":"Administrators","SubjectUserName":"mia"}]], expect = 1 },
      { "another group", log = { [[{"EventID":4732,"Channel":"Security","TargetUserName":"Printers"}]], [[{"EventID":4733,"Channel":"Security","TargetUserName":"Administrators"}]], [[{"EventID":4732,"Channel":"Shop","TargetUserName":"Administrators"}]] }, expect = 0 },
      { "another", log = { [[{"EventID":4634,"Channel":"Security"}]], [[{"EventID":1102,"Channel":"Setup"}]], [[{"winlog":{"event_id":4634,"channel":"Security"}}]], [[{"winlog":{"event_id":1102,"channel":"Setup"}}]] }, expect = 0 },
    },
  },
  rule {
    id          = "security.windows_logon_failed_text",
    title       = "Windows logon of {user_id} failed",
    type        = "Security",
    severity    = "medium",
    description = "A failed logon of the Windows Security log, as text or XML.",
    tags        = { "attack.t1110", "attack.credential_access" },
    dedup       = { "host", "user_id", "ip" },

    any = {
      [[<EventID(?: Qualifiers='\d*')?>(?:529|53[0-79]|4625|4771)</EventID>(?:.{0,4000}<Data Name='TargetUserName'>(?P<user_id>[^<\n]{1,200})<)?(?:.{0,4000}<Data Name='IpAddress'>(?P<ip>[0-9A-Fa-f.:]+)<)?]],
      [[\bAUDIT_FAILURE\((?:529|53[0-79]|4625|4771|4776)\)]],
    },
    none = { access_line },

    tests = {
      { "XML", log = [[<Event><System><EventID>4625</EventID></System><EventData><Data Name='TargetUserName'>mia</Data><Data Name='IpAddress'>203.0.113.9</Data></EventData></Event>]],
        expect = { { user_id = "mia", ip = "203.0.113.9" } } },
      { "text", log = [[2024 Nov 26 10:15:02 WinEvtLog: Security: AUDIT_FAILURE(4625): mia: dc1: no logon]], expect = 1 },
      { "another event", log = [[<Event><System><EventID>4634</EventID></System></Event>]], expect = 0 },
      { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "<Event><System><EventID>4625</EventID></System><EventData><Data Name='TargetUserName'>mia</Data><Data Name='IpAddress'>203.0.113.9</Data></EventData></Event>"]], expect = 0 },
    },
  },
}
