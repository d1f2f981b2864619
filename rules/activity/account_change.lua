return rule {
  id          = "activity.account_change",
  title       = "Account created, removed or changed",
  type        = "UserActivity",
  severity    = "low",
  description = "A user account was created, registered, deleted, disabled or enabled.",
  tags        = { "activity.account", "attack.t1136" },

  any = {
    [[\bnew (?:user|group): name=(?P<user_id>[^,\s]+)|\bchange user '(?P<name>[^'\n]+)' \w+ ]],
    [[\btype=(?:ADD_USER|DEL_USER|ADD_GROUP|DEL_GROUP|USER_MGMT|GRP_MGMT|USER_CHAUTHTOK|ACCT_LOCK|ACCT_UNLOCK)\b.{0,400}\bres=success\b]],
    [[\bdelete user '(?P<user_id>[^'\n]+)']],
    [[(?i)(?<![a-z])(?:user|account|customer)[ _.-](?:\S{1,60} )?(?:account )?(?:was |has been |is )?(?:created|registered|deleted|removed|disabled|enabled|deactivated|activated|suspended|unlocked|register_success)(?![a-z])]],
    [[(?i)\b(?:created|registered|deleted|removed|disabled|enabled|deactivated|suspended|unlocked) (?:new |the |a )?(?:user|account|customer)\b(?! (?:agent|interface|session))]],
    [[(?i)(?<![a-z])(?:create|delete|disable|register)[_.](?:user|account)(?![a-z])]],
    [[(?i)\b(?:sign-?up|registration) (?:completed|successful)\b]],
  },
  none = { access_line, [[(?i)\b(?:fail(?:ed|ure)?|denied|could not|invalid)\b|\b0 (?:users|accounts)\b|\buser (?:session|agent|input|cache)\b]] },

  tests = {
    { "JSON", log = [[{"level":"info","service":"auth","event":"user_registered","user_id":"mia","message":"hello"}]], expect = { { user_id = "mia" } } },
    { "useradd", log = [[Nov 26 10:15:02 app-1 useradd[91]: new user: name=mia, UID=1007, GID=1007, home=/home/mia]], expect = { { user_id = "mia" } } },
    { "failed", log = [[2024-11-26 10:15:02 WARN user mia could not be created]], expect = 0 },
    { "a session", log = [[2024-11-26 10:15:02 INFO user session cache created]], expect = 0 },
    { "each form", log = {
      [[Nov 26 10:15:01 app-1 useradd[91]: new user: name=mia, UID=1007]],
      [[Nov 26 10:15:02 app-1 userdel[92]: delete user 'mia']],
      [[2024-11-26 10:15:03 INFO account 4711 was suspended]],
      [[2024-11-26 10:15:04 INFO deleted the user mia]],
      [[2024-11-26 10:15:05 INFO call create_user by tom]],
      [[2024-11-26 10:15:06 INFO sign-up completed for mia]],
      [[type=ADD_USER msg=audit(1732616102.123:9): pid=9 uid=0 msg='op=adding user acct="mia" exe="/usr/sbin/useradd" res=success']],
    }, expect = 7 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "useradd[91]: new user: name=mia, UID=1007, GID=1007, home=/home/mia"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 INFO user mia was created, then the mail failed]],
    }, expect = 0 },
  },
}
