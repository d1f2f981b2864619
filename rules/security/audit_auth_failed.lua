return rule {
  id          = "security.audit_auth_failed",
  title       = "Linux audit: authentication of {user_id} failed",
  type        = "Security",
  severity    = "medium",
  description = "An auditd record of a login, authentication or account check that failed, or an anomaly that the kernel audits.",
  tags        = { "attack.t1110" },
  dedup       = { "host", "user_id", "ip" },

  any = {
    [[(?:\btype=|\baudit(?:\[\d+\])?: )(?:USER_(?:AUTH|LOGIN|ERR|ACCT|START|CHAUTHTOK|CMD)|CRED_ACQ|GRP_AUTH)\b.{0,600}\bres=(?:failed|0)\b]],
    [[\btype=ANOM_(?:ABEND|PROMISCUOUS|LOGIN_\w+|ROOT_TRANS|MK_EXEC|LINK|AMTU_FAIL)\b]],
  },
  none = { access_line },

  tests = {
    { "each kind", log = {
      [[type=USER_AUTH msg=audit(1732616102.123:9): pid=9 uid=0 msg='op=PAM:auth acct="mia" exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=ssh res=failed']],
      [[type=ANOM_ABEND msg=audit(1732616103.123:10): auid=1000 uid=1000 comm="x" sig=11 res=1]],
    }, expect = 2 },
    { "fields", log = [[type=USER_LOGIN msg=audit(1732616102.123:9): pid=9 uid=0 msg='op=login acct="mia" exe="/usr/sbin/sshd" addr=203.0.113.9 terminal=ssh res=failed']],
      expect = { { ip = "203.0.113.9", user_id = "mia" } } },
    { "success", log = [[type=USER_AUTH msg=audit(1732616102.123:9): pid=9 uid=0 msg='op=PAM:auth acct="mia" addr=203.0.113.9 terminal=ssh res=success']], expect = 0 },
    { "a call", log = [[type=SYSCALL msg=audit(1732616102.123:9): arch=c000003e syscall=2 success=no exit=-13]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "type=USER_AUTH msg=audit(1732616102.123:9): pid=9 uid=0 msg='op=PAM:auth acct='mia' exe='/usr/sbin/sshd' hostname=? addr=203.0.113.9 terminal=ssh res=failed'"]], expect = 0 },
    { "in the journal: found", log = {
      [[Nov 26 10:15:01 web1 audit[881]: USER_AUTH pid=881 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication acct="root" exe="/usr/sbin/sshd" hostname=203.0.113.9 addr=203.0.113.9 terminal=ssh res=failed']],
    }, expect = 1 },
    { "in the journal: harmless", log = {
      [[Nov 26 10:15:01 web1 audit[881]: USER_AUTH pid=881 uid=0 auid=1 ses=1 msg='op=PAM:authentication acct="root" exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=success']],
    }, expect = 0 },
  },
}
