return rule {
  id          = "security.brute_force",
  title       = "Brute force or locked account",
  type        = "Security",
  severity    = "critical",
  description = "The log itself speaks of guessing: too many failed attempts, a lockout, credential stuffing, password spraying.",
  tags        = { "attack.t1110", "attack.t1110.004" },

  any = {
    [[(?i)\bbrute[ _-]?force\b|\bcredential[ _-]stuffing\b|\bpassword[ _-]spray]],
    [[(?i)\b(?:too many|multiple|repeated|excessive|\d{1,6} consecutive) (?:\w+ )?(?:(?:failed|invalid|unsuccessful) )?(?:log-?ins?|authentications?|password|sign-?ins?|auth)\b ?(?:failures?|attempts?|errors?|tries)?]],
    [[(?i)\b(?:account|user) (?:\S{1,60} )?(?:has been |was |is |temporarily )*lock(?:ed|out)\b|\blocked out\b]],
    [[(?i)(?<![a-z])account_lock(?:ed|out)]],
    [[(?i)\bmaximum (?:authentication|login|password) attempts (?:\(\d+\) )?exceeded\b(?:.{0,80} from (?P<ip>[0-9a-f.:]*[0-9a-f]) port)?]],
    [[(?i)\b(?:login|authentication|auth)\b.{0,60}\brate[ -]limited\b]],
    [[(?i)\b(?:failed|invalid) (?:login|authentication) (?:limit|threshold) (?:reached|exceeded)\b]],
    [[(?i)\bmax(?:imum)? auth(?:entication)? tries\b]],
    [[\bpam_(?:tally2|faillock)\(.{0,60}\btally \d+, deny \d+|\bmore authentication failures\b]],
  },
  none = { [[(?i)\b(?:brute[ _-]?force|lockout) (?:protection|detection|policy|module|check) (?:is )?(?:enabled|ready|started|loaded|on|passed)\b|\bunlocked\b|\b0 (?:accounts? )?locked\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"error","service":"auth","event":"account_locked","user_id":"mia","message":"5 consecutive failed logins"}]],
      expect = { { user_id = "mia" } } },
    { "text", log = [[2024-11-26 10:15:02 WARN possible brute force against /login from 203.0.113.9]], expect = 1 },
    { "sshd", log = [[Nov 26 10:15:02 edge-1 sshd[811]: error: maximum authentication attempts exceeded for root from 203.0.113.9 port 50112 ssh2]],
      expect = { { ip = "203.0.113.9" } } },
    { "protection starts", log = [[2024-11-26 10:15:02 INFO brute force protection enabled (5 tries)]], expect = 0 },
    { "unlocked", log = [[2024-11-26 10:15:02 INFO account mia was locked and is now unlocked]], expect = 0 },
  },
}
