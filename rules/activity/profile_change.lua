return rule {
  id          = "activity.profile_change",
  title       = "Profile of {user_id} changed",
  type        = "UserActivity",
  severity    = "info",
  description = "Profile data, e-mail address, phone, address or settings of a user were changed.",
  tags        = { "activity.profile" },

  any = {
    [[(?i)(?<![a-z])(?:profile|e-?mail|email[ _]address|phone|address|avatar|preferences|user[ _]settings|account[ _]settings|contact[ _]details)[ _.-](?:was |were |has been |number |address )?(?:changed?|updated?|edited|modified|verified)(?![a-z])]],
    [[(?i)\b(?:changed|updated|edited|modified) (?:the |his |her |their |own )?(?:user )?(?:profile|e-?mail(?: address)?|phone number|address|avatar|preferences|account settings)\b]],
    [[(?i)(?<![a-z])(?:update|change|edit)[ _.](?:user[ _.])?(?:profile|email|phone|avatar)(?![a-z])]],
  },
  none = { access_line, [[(?i)\b(?:fail(?:ed|ure)?|denied|invalid|rejected)\b|\bnot (?:been )?(?:changed|updated)\b|\b(?:ip|mac|bind|listen|host|network|memory|virtual) address\b]] },

  tests = {
    { "JSON", log = [[{"level":"info","service":"profile","event":"profile_updated","user_id":"mia","message":"2 fields"}]], expect = { { user_id = "mia" } } },
    { "text", log = [[2024-11-26 10:15:02 INFO user_id=mia email address changed]], expect = { { user_id = "mia" } } },
    { "of a host", log = [[2024-11-26 10:15:02 INFO ip address changed from 192.0.2.1 to 192.0.2.2]], expect = 0 },
    { "failed", log = [[2024-11-26 10:15:02 WARN profile update failed for mia]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 INFO avatar was edited by mia]],
      [[2024-11-26 10:15:02 INFO mia modified her phone number]],
      [[2024-11-26 10:15:03 INFO call update_user_profile by mia]],
    }, expect = 3 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "user_id=mia email address changed"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 WARN email changed? address rejected]],
    }, expect = 0 },
  },
}
