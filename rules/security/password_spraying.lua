return rule {
  id          = "security.password_spraying",
  title       = "{ip} tried {distinct} users",
  type        = "Security",
  severity    = "high",
  description = "Failed logins of eight different users from one address within half an hour: few passwords for many accounts, or guessed names.",
  tags        = { "attack.t1110.003", "attack.credential_access" },

  correlate = {
    on       = { "security.auth_failure", "security.auth_event_failed", "aws.console_login_failed" },
    by       = { "ip" },
    within   = "30m",
    distinct = { field = "user_id", count = 8 },
    quiet    = "30m",
  },

  tests = {
    { "eight users", log = series(8, "3m", "@t edge-1 sshd[811]: Failed password for invalid user u@n from 203.0.113.9 port 50112 ssh2"),
      expect = { { ip = "203.0.113.9", distinct = 8, count = 8 } } },
    { "slower than that", log = series(8, "5m", "@t edge-1 sshd[811]: Failed password for invalid user u@n from 203.0.113.9 port 50112 ssh2"),
      expect = 0 },
    { "one user", log = series(20, "10s", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2"), expect = 0 },
    { "from many addresses", log = series(9, "10s", "@t edge-1 sshd[811]: Failed password for u@n from 203.0.113.@n port 50112 ssh2"),
      expect = 0 },
  },
}
