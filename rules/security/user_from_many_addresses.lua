return rule {
  id          = "security.user_from_many_addresses",
  title       = "{user_id} logged in from {distinct} addresses",
  type        = "Security",
  severity    = "medium",
  description = "Logins of one user from five different addresses within an hour: a shared or stolen account. With a table of countries: security.user_from_several_countries.",
  tags        = { "attack.t1078", "attack.initial_access" },

  correlate = {
    on       = { "activity.login", "activity.login_event" },
    by       = { "user_id" },
    within   = "1h",
    distinct = { field = "ip", count = 5 },
    quiet    = "1h",
  },

  tests = {
    { "five addresses", log = series(5, "10m", "@t edge-1 sshd[811]: Accepted password for mia from 203.0.113.@n port 50112 ssh2"),
      expect = { { user_id = "mia", distinct = 5, count = 5 } } },
    { "one address", log = series(9, "1m", "@t edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2"), expect = 0 },
    { "on different days", log = series(9, "1d", "@t edge-1 sshd[811]: Accepted password for mia from 203.0.113.@n port 50112 ssh2"),
      expect = 0 },
    { "different users", log = series(9, "1m", "@t edge-1 sshd[811]: Accepted password for u@n from 203.0.113.@n port 50112 ssh2"),
      expect = 0 },
  },
}
