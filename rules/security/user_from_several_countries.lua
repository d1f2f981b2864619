return rule {
  id          = "security.user_from_several_countries",
  title       = "{user_id} logged in from {distinct} countries within an hour",
  type        = "Security",
  severity    = "high",
  description = "Logins of one user from addresses in different countries within an hour: one of them is somebody else, or a VPN.",
  tags        = { "attack.t1078", "attack.initial_access" },
  -- It asks the table `geoip` of --data (geoip.mmdb or geoip.csv, with the column country.iso_code), which is not shipped.
  -- Switch it on with --overrides: ["security.user_from_several_countries"] = { enabled = true }
  enabled     = false,
  raw         = true,

  any = {
    [[\bAccepted \S+ for (?P<user_id>.{0,256}) from (?P<ip>[0-9A-Fa-f.:]*[0-9A-Fa-f])(?: port \d+|$)]],
    [[(?i)\b(?:logged|signed)[ -](?:in|on)\b]],
    [[(?i)(?<![a-z])(?:log[ _-]?in|logon|sign[ _-]?in|authentication)[ _.-](?:was )?(?:success(?:ful|fully)?|succeeded|accepted|ok)(?![a-z])]],
    [[(?i)\bsuccessful(?:ly)? (?:\w+ )?(?:log-?in|logon|sign-?in|authentication|authenticated)\b]],
    [["ConsoleLogin" ?: ?"Success"]],
    [[(?i)"(?:action|event)" ?: ?"(?:user[._])?(?:login|log_in|logon|signin|sign_in)"]],
  },
  none = {
    access_line,
    [[(?i)(?<![a-z])(?:fail(?:ed|ure)?|denied|reject\w*|unsuccessful|refused|invalid|incorrect|wrong|locked|blocked)(?![a-z])]],
    [[(?i)\b(?:not|never|no longer|nobody) (?:is |are |was )?(?:currently )?(?:logged|signed)[ -](?:in|on)\b]],
  },
  lookup    = { country = { table = "geoip", key = "ip", column = "country.iso_code" } },
  unless    = { outcome = "failure" },
  correlate = { by = { "user_id" }, within = "1h", distinct = { field = "country", count = 2 }, quiet = "1h" },

  tests = {
    { "two countries", log = {
      "2024-11-26T10:00:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
      "2024-11-26T10:40:00Z edge-1 sshd[811]: Accepted password for mia from 198.51.100.7 port 50112 ssh2",
    }, data = { geoip = "cidr,country.iso_code\n203.0.113.0/24,FI\n198.51.100.0/24,BR" },
      expect = { { user_id = "mia", distinct = 2, line_number = 2 } } },
    { "each form", log = {
      [[{"time":"2024-11-26T10:00:00Z","user":"a","ip":"203.0.113.9","message":"signed in"}]],
      [[{"time":"2024-11-26T10:01:00Z","user":"a","ip":"198.51.100.7","message":"login accepted"}]],
      [[{"time":"2024-11-26T10:02:00Z","user":"b","ip":"203.0.113.9","message":"successful authentication"}]],
      [[{"eventTime":"2024-11-26T10:03:00Z","eventName":"ConsoleLogin","userIdentity":{"userName":"b"},"sourceIPAddress":"198.51.100.7","responseElements":{"ConsoleLogin":"Success"}}]],
      [[{"time":"2024-11-26T10:04:00Z","user":"c","ip":"203.0.113.9","action":"login"}]],
      [[2024-11-26T10:05:00Z edge-1 sshd[811]: Accepted publickey for c from 198.51.100.7 port 50112 ssh2: ED25519 SHA256:x]],
    }, data = { geoip = "cidr,country.iso_code\n203.0.113.0/24,FI\n198.51.100.0/24,BR" },
      expect = { { user_id = "a" }, { user_id = "b" }, { user_id = "c" } } },
    { "one country", log = {
      "2024-11-26T10:00:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
      "2024-11-26T10:40:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.77 port 50112 ssh2",
    }, data = { geoip = "cidr,country.iso_code\n203.0.113.0/24,FI" }, expect = 0 },
    { "a flight later", log = {
      "2024-11-26T10:00:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
      "2024-11-26T19:40:00Z edge-1 sshd[811]: Accepted password for mia from 198.51.100.7 port 50112 ssh2",
    }, data = { geoip = "cidr,country.iso_code\n203.0.113.0/24,FI\n198.51.100.0/24,BR" }, expect = 0 },
    { "an address that is nowhere", log = {
      "2024-11-26T10:00:00Z edge-1 sshd[811]: Accepted password for mia from 203.0.113.9 port 50112 ssh2",
      "2024-11-26T10:40:00Z edge-1 sshd[811]: Accepted password for mia from 198.51.100.7 port 50112 ssh2",
    }, data = { geoip = "cidr,country.iso_code\n203.0.113.0/24,FI" }, expect = 0 },
    { "each exception", log = {
      [[{"time":"2024-11-26T10:00:00Z","user":"a","ip":"203.0.113.9","message":"signed in"}]],
      [[{"time":"2024-11-26T10:01:00Z","user":"a","ip":"198.51.100.7","message":"invalid: signed in"}]],
      [[{"time":"2024-11-26T10:02:00Z","user":"a","ip":"198.51.100.7","message":"no longer signed in"}]],
      [[{"time":"2024-11-26T10:03:00Z","user":"a","ip":"198.51.100.7","action":"login","success":false}]],
      [[198.51.100.7 - a [26/Nov/2024:10:04:00 +0000] "GET / HTTP/1.1" 200 91 "-" "signed in"]],
    }, data = { geoip = "cidr,country.iso_code\n203.0.113.0/24,FI\n198.51.100.0/24,BR" }, expect = 0 },
  },
}
