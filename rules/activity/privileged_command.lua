return rule {
  id          = "activity.privileged_command",
  title       = "{user_id} ran a command as another user",
  type        = "UserActivity",
  severity    = "info",
  description = "sudo or su that was allowed.",
  tags        = { "activity.privilege", "attack.t1548.003" },
  dedup       = { "host", "user_id" },

  any = {
    [[\bsudo(?:\[\d+\])?: +(?P<user_id>\S{1,64}) : (?:TTY=\S+ ; )?PWD=.{0,200} ; USER=(?P<target>\S+) ; .{0,80}COMMAND=]],
    [[\bsu(?:\[\d+\])?: (?:\+ \S+ |\(to (?P<target>\S+)\) )(?P<user_id>\S{1,64}) on \S+]],
  },
  none = { access_line, [[\bNOT in sudoers\b|\bincorrect password attempt|\bcommand not allowed\b|\bFAILED\b]] },

  tests = {
    { "sudo", log = [[Nov 26 10:15:02 app-1 sudo[77]:      mia : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/systemctl restart pay]],
      expect = { { user_id = "mia" } } },
    { "su", log = [[Nov 26 10:15:02 app-1 su[78]: (to root) mia on pts/1]], expect = 1 },
    { "refused", log = [[Nov 26 10:15:02 app-1 sudo[77]: mia : user NOT in sudoers ; TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/sh]], expect = 0 },
    { "a session", log = [[Nov 26 10:15:02 app-1 sudo[77]: pam_unix(sudo:session): session opened for user root by mia(uid=0)]], expect = 0 },
    { "each form", log = {
      [[Nov 26 10:15:01 app-1 sudo[77]: mia : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls]],
      [[Nov 26 10:15:02 app-1 su[78]: (to root) mia on pts/1]],
    }, expect = 2 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "sudo[77]:      mia : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/systemctl restart pay"]], expect = 0 },
    { "each exception", log = {
      [[Nov 26 10:15:01 app-1 sudo[77]: mia : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/bin/ls ; FAILED]],
    }, expect = 0 },
  },
}
