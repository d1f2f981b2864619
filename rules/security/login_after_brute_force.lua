-- Whatever says that a login succeeded.
local LOGGED_IN = { "activity.login", "activity.login_event", "activity.windows_logon", "aws.console_login" }

return rule {
  id          = "security.login_after_brute_force",
  title       = "{user_id} logged in from {ip} after it guessed passwords",
  type        = "Security",
  severity    = "critical",
  description = "A login succeeded within an hour after five failed ones from the same address: the password may have been found.",
  tags        = { "attack.t1110", "attack.t1078", "attack.initial_access" },

  correlate = {
    sequence = { { "security.brute_force_by_ip", "security.password_spraying" }, LOGGED_IN },
    by       = { "ip" },
    within   = "1h",
  },

  tests = {
    { "found", log = {
      series(5, "10s", "@t edge-1 sshd[811]: Failed password for mia from 203.0.113.9 port 50112 ssh2"),
      "2024-11-26T10:30:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
    }, expect = { { user_id = "mia", ip = "203.0.113.9", count = 2 } } },
    { "an hour later", log = {
      series(5, "10s", "@t edge-1 sshd[811]: Failed password for mia from 203.0.113.9 port 50112 ssh2"),
      "2024-11-26T11:00:40Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
    }, expect = 0 },
    { "before", log = {
      "2024-11-26T09:59:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
      series(5, "10s", "@t edge-1 sshd[811]: Failed password for mia from 203.0.113.9 port 50112 ssh2"),
    }, expect = 0 },
    { "mistyped twice", log = {
      series(2, "10s", "@t edge-1 sshd[811]: Failed password for mia from 203.0.113.9 port 50112 ssh2"),
      "2024-11-26T10:00:30Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
    }, expect = 0 },
    { "from elsewhere", log = {
      series(5, "10s", "@t edge-1 sshd[811]: Failed password for mia from 203.0.113.9 port 50112 ssh2"),
      "2024-11-26T10:01:00Z edge-1 sshd[811]: Accepted password for mia from 198.51.100.4 port 50112 ssh2",
    }, expect = 0 },
  },
}
