-- What was done, and to what; the name of a person stands before it.
local DONE = "(?:deleted|removed|exported|downloaded|uploaded|imported|shared|approved|rejected|archived|restored|viewed|impersonated|purged|published)"
local WHO  = "(?P<user_id>(?!(?:was|were|is|are|has|have|been|and|or|not|the|an?|files?|rows?|records?|cache|job|task|service|worker|sessions?|items?|successfully|already|be|to|user|admin)\\b)[A-Za-z][\\w.@+-]{0,100})"

return {
  rule {
    id          = "activity.data_action",
    title       = "{user_id} {done} something",
    type        = "UserActivity",
    severity    = "info",
    description = "A person deleted, exported, downloaded, shared, approved ... something, or changed a configuration, in text that names the person.",
    tags        = { "activity.data" },
    dedup       = { "service", "user_id", "done" },

    any = {
      [[(?i)\b(?:user|admin|administrator|operator|member|employee|audit:)[ =:]{1,2}["']?]] .. WHO .. [[["']? (?:has )?(?:action=)?["']?(?P<done>]] .. DONE .. [[)\b]],
      [[(?i)\b(?:user|admin)[ =:]{1,2}["']?]] .. WHO .. [[["']?,? action=["']?(?P<done>(?:\w+[._])?(?:delete|remove|export|download|upload|import|share|approve|reject|archive|restore|impersonate)\w*)]],
      [[(?i)(?:\A|\s)]] .. WHO .. [[ (?P<done>(?:approved|rejected) (?:the |an? )?(?:\w+ )?(?:order|request|invoice|payment|refund|expense|leave|change|document|transfer)|(?:deleted|removed|exported|shared|archived|restored) (?:the |an? )?(?:project|order|document|report|invoice|customer|repository|dashboard|ticket|contract|workspace|dataset)|changed (?:the )?(?:configuration|config|settings?))\b]],
    },
    none   = { access_line, [[(?i)\b(?:fail(?:ed|ure)?|denied|could not|unable|refused|forbidden|invalid)\b|\b(?:user|account) \S{1,60} (?:was |has been )?(?:deleted|removed)(?: by\b|$)]] },
    unless = { level = { "trace", "debug", "error", "critical" } },

    tests = {
      { "each form", log = {
        [[2024-11-26 10:15:01 INFO user mia downloaded file contracts.zip]],
        [[2024-11-26 10:15:02 AUDIT user=mia action=EXPORT_REPORT resource=customers.csv rows=12000]],
        [[2024-11-26 10:15:03 INFO mia changed configuration key retention from 30 to 7]],
      }, expect = { { user_id = "mia", done = "downloaded" }, { user_id = "mia", done = "EXPORT_REPORT" }, { user_id = "mia" } } },
      { "the form of an audit", log = { [[2024-11-26 10:15:01 INFO audit: mia deleted order 4711]], [[2024-11-26 10:15:02 INFO user=mia uploaded document=report.pdf]], [[2024-11-26 10:15:03 INFO Admin mia impersonated user ben]], [[2024-11-26 10:15:04 INFO mia deleted project 7]] }, expect = 4 },
      { "nobody did it, or it failed", log = {
        [[2024-11-26 10:15:01 INFO deleted 12 expired sessions]],
        [[2024-11-26 10:15:02 INFO user cache removed]],
        [[2024-11-26 10:15:03 WARN user mia downloaded nothing: access denied]],
        [[2024-11-26 10:15:04 DEBUG user mia downloaded file contracts.zip]],
        [[2024-11-26 10:15:05 INFO user ben deleted by admin]],
      }, expect = 0 },
      { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "user mia downloaded file contracts.zip"]], expect = 0 },
    },
  },
  rule {
    id          = "activity.data_event",
    title       = "{action} by {user_id}",
    type        = "UserActivity",
    severity    = "info",
    description = "A structured record of a person's action on data or settings: delete, export, download, share, approve ... Logs of clouds have rules of their own.",
    tags        = { "activity.data" },
    dedup       = { "service", "user_id", "action" },

    where  = { user_id = { exists = true },
              ["$.action|$.event_action|$.activity|$.event"] = { re = [[(?i)^(?:[\w-]{1,40}[._:-])?(?:delete|remove|export|download|upload|import|share|approve|reject|archive|restore|impersonate|purge)(?:e?d)?(?:[._:-][\w-]{1,40})?$|^(?:update|change|edit|modify)d?[._-](?:settings?|config(?:uration)?|polic(?:y|ies)|limits?)$]] } },
    unless = { { outcome = "failure" }, { level = { "trace", "debug", "error", "critical" } }, { status = { ge = 400 } }, { eventSource = { exists = true } }, { verb = { exists = true } } },
    none   = {
      [[(?i)\b(?:fail(?:ed|ure)?|denied|forbidden)\b|(?<![a-z])(?:user|account|customer|member|role|group|permission|password|session|payment|order)s?[ _.-](?:\S{1,60} )?(?:delete|remove|created|updated|reject|approve|export|invite)|(?<![a-z])(?:delete|remove|export|invite)[_.](?:user|account|member|role|group)]],    -- other rules of this folder, cloud.*
    },

    tests = {
      { "JSON", log = { [[{"actor":"mia","action":"document.delete","target":"doc-7"}]], [[{"user":"mia","action":"export","resource":"customers"}]], [[{"user_id":"mia","action":"UPDATE_SETTINGS","setting":"retention"}]], [[{"user":"mia","event":"file_downloaded"}]] },
        expect = { { user_id = "mia" }, { user_id = "mia" }, { user_id = "mia" }, { user_id = "mia" } } },
      { "nobody, failed, read, others", log = {
        [[{"action":"document.delete","target":"doc-7"}]], [[{"user":"mia","action":"view","resource":"customers"}]], [[{"user":"mia","action":"export","outcome":"failure","message":"POST /export"}]],
        [[{"user":"mia","action":"export","level":"debug"}]], [[{"user":"mia","action":"export","status":400}]], [[{"user":"mia","action":"delete","verb":"delete"}]],
        [[{"user":"mia","action":"delete","eventSource":"s3.amazonaws.com"}]], [[{"user":"mia","action":"user.delete"}]], [[user=mia action=export]],
      }, expect = 0 },
      { "an answer", log = [[{"user":"mia","action":"export","status":399}]], expect = 1 },
    },
  },
}
