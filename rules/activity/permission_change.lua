return rule {
  id          = "activity.permission_change",
  title       = "Permissions of {user_id} changed",
  type        = "UserActivity",
  severity    = "medium",
  description = "A role, group or permission was granted to or taken from somebody.",
  tags        = { "activity.permission", "attack.t1098" },

  any = {
    [[(?i)(?<![a-z])(?:role|roles|permissions?|privileges?|group[ _]membership|access[ _]level|policy)[ _.-](?:(?:of|for) )?(?:\S{1,60} )?(?:was |were |has been |is )?(?:granted|revoked|assigned|unassigned|changed|updated|added|removed|attached|detached)(?![a-z])]],
    [[(?i)\b(?:granted|revoked|assigned|promoted|demoted)(?: \w+)? (?:role|roles|permissions?|privileges?|admin|administrator|access|to admin\w*)\b]],
    [[(?i)\badd '(?P<user_id>[^'\n]+)' to (?:shadow )?group\b|\badded \S{1,64} to (?:group|role)\b|(?i:\badded to (?:the )?(?:\S{1,40} )?(?:group|role)\b)]],
    [[(?i)\buser=\S+ action="?(?:grant|revoke|assign)_]],
  },
  none = { access_line, [[(?i)\b(?:fail(?:ed|ure)?|denied|not (?:granted|changed)|escalation)\b|\bretention policy\b|\bpolicy (?:cache|bundle|engine)\b]] },

  tests = {
    { "JSON", log = [[{"level":"info","service":"iam","event":"role_granted","user_id":"mia","role":"admin","message":"by tom"}]], expect = { { user_id = "mia" } } },
    { "text", log = [[2024-11-26 10:15:02 INFO user_id=mia granted role auditor by tom]], expect = { { user_id = "mia" } } },
    { "denied", log = [[2024-11-26 10:15:02 WARN permission change denied for mia]], expect = 0 },
    { "no user", log = [[2024-11-26 10:15:02 INFO policy bundle updated]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 INFO role auditor assigned to mia]],
      [[2024-11-26 10:15:02 INFO mia promoted to administrator]],
      [[Nov 26 10:15:03 app-1 usermod[9]: add 'mia' to group 'wheel']],
      [[2024-11-26 10:15:04 INFO user=tom action=grant_x target=mia]],
    }, expect = 4 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "user_id=mia granted role auditor by tom"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN role change denied: role admin changed back]],
    }, expect = 0 },
    { "whose: found", log = {
      [[2024-11-26 10:15:01 INFO role of bob changed from user to admin]],
      [[2024-11-26 10:15:01 WARN user bob added to administrators group]],
    }, expect = 2 },
    { "whose: harmless", log = {
      [[2024-11-26 10:15:01 INFO file added to the index]],
    }, expect = 0 },
  },
}
