-- Whatever says that a login failed.
local FAILED = {
  "security.auth_failure", "security.auth_failure_languages", "security.auth_failure_services", "security.auth_event_failed",
  "security.audit_auth_failed", "security.windows_logon_failed", "security.windows_logon_failed_text", "security.sip_abuse",
  "security.vpn_refused", "aws.console_login_failed", "cloud.login_failed",
}

return {
  rule {
    id          = "security.brute_force_by_ip",
    title       = "{count} failed logins from {ip}",
    type        = "Security",
    severity    = "high",
    description = "Five failed logins from one address within ten minutes. While it goes on, one finding every ten minutes.",
    tags        = { "attack.t1110", "attack.t1110.001", "attack.credential_access" },

    correlate = {
      on     = FAILED,
      by     = { "ip" },
      within = "10m",
      count  = 5,
      quiet  = "10m",
    },

    tests = {
      { "five in ten minutes", log = series(5, "2m", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2"),
        expect = { { ip = "203.0.113.9", count = 5, first = "2024-11-26T10:00:00.000Z", last = "2024-11-26T10:08:00.000Z" } } },
      { "of different kinds", log = {
        series(3, "1m", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2"),
        series(2, "1m", [[{"timestamp":"@t","action":"login","outcome":"failure","ip":"203.0.113.9","message":"sign-on ended"}]],
          { start = "2024-11-26T10:03:00Z" }),
      }, expect = 1 },
      { "twelve: once in ten minutes", log = series(12, "30s", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2"),
        expect = 1 },
      { "the first one is too old", log = series(5, "150s", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2"),
        expect = 0 },
      { "four", log = series(4, "1s", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.9 port 50112 ssh2"), expect = 0 },
      { "many addresses", log = series(9, "1s", "@t edge-1 sshd[811]: Failed password for root from 203.0.113.@n port 50112 ssh2"),
        expect = 0 },
    },
  },

  rule {
    id          = "security.password_spraying",
    title       = "{ip} tried {distinct} users",
    type        = "Security",
    severity    = "high",
    description = "Failed logins of eight different users from one address within half an hour: few passwords for many accounts, or guessed names.",
    tags        = { "attack.t1110.003", "attack.credential_access" },

    correlate = {
      on       = FAILED,
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
  },
}
