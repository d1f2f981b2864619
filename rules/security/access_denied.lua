return rule {
  id          = "security.access_denied",
  title       = "Access denied",
  type        = "Security",
  severity    = "medium",
  description = "Somebody was refused: missing permission, forbidden, unauthorized, blocked by a policy.",
  tags        = { "attack.t1078", "attack.initial_access" },

  any = {
    [[(?i)(?<![a-z/])(?:access|permission|authori[sz]ation)[ _-]?(?:has been |was |is |to \S{1,80} )?(?:denied|refused|forbidden|not allowed|violation|(?<=authorization )fail(?:ed|ure)\b)]],
    [[(?i)\b(?:un|not )authori[sz]ed\b(?! by| until)]],
    [[(?i)\bdoes not have (?:the |any |required |necessary |sufficient |\S{1,60} )*(?:permissions?|access|privileges?|authori[sz]ation)\b]],
    [[(?i)\b(?:insufficient|lacks?|inadequate|not enough)[ _](?:\w+ )?(?:permissions?|privileges?|rights|scopes?)\b]],
    [[(?i)\bforbidden\b(?! (?:words?|lists?|by default))]],
    [[(?i)\b(?:client|request|connection|access) (?:\S{1,60} )?(?:denied|rejected|blocked|refused) by (?:policy|acl|rule|server configuration|waf|rbac|administrator)\b]],
    [[(?i)\brefused connect from \S{1,200}|\bdenied connection from\b|\bconnection from .{1,120} denied\b|\buser denied\b]],
    [[(?i)\b(?:result|decision|status|verdict|effect)"?[=:] ?"?(?:denied|deny|forbidden)\b]],
    [[\bavc: +denied\b|\bapparmor="DENIED"|\bgrsec: denied\b|\bSELinux is preventing\b]],
    [[(?i)\bnot (?:allowed|permitted|entitled) to (?:access|read|write|view|see|delete|modify|change|perform|use|execute|open|do|call)\b]],
    [[(?i)\b(?:attempt\w*|tried) to (?:access|read|open|view|delete|modify|update|call|use)\b.{0,120}\bwithout (?:the |a )?(?:\w+ )?(?:permission|authori[sz]ation|privilege|right)s?\b]],
    [[\bTCP_DENIED\b|\bno pg_hba\.conf entry for host "(?P<ip>[0-9a-fA-F.:]+)", user "(?P<user_id>[^"\n]*)"]],
  },
  none = {
    access_line,
    [[(?i)\b(?:0|no) (?:\w+ )?(?:denied|forbidden|unauthori[sz]ed)\b|\b(?:denied|forbidden|unauthori[sz]ed)"?\s*[:=]\s*(?:0\b|false)]],
    [[(?i)\b(?:log-?[io]n|sign-?in|authentication|password|credentials?)\b.{0,40}\b(?:denied|failed|invalid|incorrect)\b]],
    [[(?i)\bAccess denied for user '|\b(?:invalid|incorrect|wrong) (?:user|password|credential)]],  -- security.auth_failure
    [[(?i)\b(?:token|session|jwt|signature)\b.{0,30}\b(?:invalid|expired)\b]],
    [[(?i)\b(?:invalid|expired) (?:\w+ )?(?:token|session|jwt|signature)\b]],    -- security.invalid_token
    [[(?i)\b(?:ErrImagePull|pull and unpack image|ModSecurity)\b]],    -- microservices.image_pull, security.suspicious_activity
    [[\breject: (?:RCPT|MAIL|HELO|EHLO|VRFY)\b|(?i:\brelay(?:ing)? (?:access )?denied\b)]],    -- security.mail_abuse
    [[(?i)\bsudo(?:\[\d+\])?: ]],    -- security.privilege
  },
  unless = { { level = { "trace" } }, { eventSource = { exists = true } } },    -- aws.access_denied,

  tests = {
    { "JSON", log = [[{"level":"warn","service":"admin","message":"Access denied","user_id":"mia","path":"/admin/users"}]],
      expect = { { user_id = "mia", service = "admin" } } },
    { "key=value", log = [[2024-11-26T10:15:02Z WARN user=mia action=export decision=deny grant=none]],
      expect = { { user_id = "mia" } } },
    { "web server", log = [[[Tue Nov 26 10:15:02.1 2024] [authz_core:error] [pid 9] [client 203.0.113.9:4711] client denied by server configuration: /srv/private]],
      expect = 1 },
    { "nothing refused", log = [[2024-11-26T10:15:02Z INFO policy report: 0 denied, forbidden=0]], expect = 0 },
    { "refused by the network", log = [[2024-11-26T10:15:02Z ERROR connection refused by 192.0.2.4:5432]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN authorization refused]],
      [[2024-11-26 10:15:02 WARN request was unauthorized]],
      [[2024-11-26 10:15:03 WARN lacks permission]],
      [[2024-11-26 10:15:04 WARN forbidden]],
      [[2024-11-26 10:15:05 WARN request blocked by policy]],
      [[Nov 26 10:15:06 h in.ftpd[9]: refused connect from 203.0.113.9]],
      [[2024-11-26 10:15:07 WARN verdict=deny]],
      [[Nov 26 10:15:08 h kernel: audit: apparmor="DENIED" operation="open"]],
      [[1732616102.123 0 - TCP_DENIED - GET -]],
      [[2024-11-26 10:15:10 WARN the caller does not have permission]],
    }, expect = 10 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "user=mia action=export decision=deny grant=none"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO 0 denied, forbidden]],
      [[2024-11-26 10:15:02 WARN forbidden: login was denied]],
      [[2024-11-26 10:15:03 WARN forbidden: wrong user]],
      [[2024-11-26 10:15:04 WARN forbidden: token is invalid]],
      [[2024-11-26 10:15:05 WARN forbidden: expired token]],
      [[2024-11-26 10:15:06 WARN forbidden: ErrImagePull]],
      [[2024-11-26 10:15:07 WARN relay access denied: forbidden]],
      [[Nov 26 10:15:08 h sudo: mia : forbidden]],
      [[{"level":"trace","message":"forbidden"}]],
      [[{"eventSource":"s3","message":"forbidden"}]],
    }, expect = 0 },
    { "attempts: found", log = {
      [[2024-11-26 10:15:01 WARN user mia attempted to access /admin/users without permission]],
    }, expect = 1 },
    { "attempts: harmless", log = {
      [[2024-11-26 10:15:01 INFO the job runs without permissions of its own]],
    }, expect = 0 },
    { "not allowed: found", log = {
      [[{"level":"warning","msg":"user lea not allowed to access /admin"}]],
    }, expect = 1 },
    { "not allowed: harmless", log = {
      [[{"level":"info","msg":"everybody is allowed to access /help"}]],
    }, expect = 0 },
    { "authorization: found", log = {
      [[{"msg":"authorization failed","user":"bob","scope":"admin"}]],
    }, expect = 1 },
    { "authorization: harmless", log = {
      [[2024-11-26 10:15:01 INFO authorization works]],
    }, expect = 0 },
  },
}
