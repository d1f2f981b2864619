return rule {
  id          = "errors.failed_operation",
  title       = "Operation failed",
  type        = "Error",
  severity    = "medium",
  description = "A record below level error (or without a level) that says something failed, where no other rule names it.",
  tags        = { "error.failure" },

  any = {
    [[(?i)\b(?:failed|unable|could not|couldn't) (?:to )?(?:be )?[a-z]{3,}]],
    [[(?i)\b(?:has|have|was|is|job|task|request|operation|transaction|write|read|update|backup|upload|download|sync|import|export|delivery|deployment|migration|build|mount|command|payment|charge|refund) failed\b]],
    [[(?i)\b(?:ext[34]|xfs|btrfs)(?:-fs)? error\b|\bi/o error\b|\bhardware error\b]],
    [[(?i)\bfailure (?:in|of|during|while|when|to)\b]],
    [[(?i)\b(?:aborted|aborting|giving up)\b]],
  },
  none = {
    [[(?i)\b(?:0|no|zero) (?:have )?(?:failed|failures?)\b|\bfail(?:ed|ures?)"?\s*[:=]\s*(?:0\b|false|none|null)]],
    [[(?i)\b(?:log[ _-]?ins?|log[ _-]?ons?|sign[ _-]?ins?|auth\w*|password|credentials?|token|permission|denied|unauthori[sz]ed|sudo)\b]],
    [[(?i)\bregistration from\b|\binvalid user\b|\bunable to negotiate\b|\bservice in fail-?fast\b]],
    [[(?i)\b(?:timed[ -]out|timeout|deadline exceeded|connect(?:ion)?|refused|unreachable|panic|segfault|out of memory|no space left)\b]],
    [[(?i)\b(?:probe|health ?check|circuit[ _-]?breaker|rate[ _-]?limit|pool|upstream|pod|image|StartContainer|code = Unavailable)\b]],
    [[\b\w+(?:Exception|Error)\b|\bTraceback \(]],
    [[(?i)\b(?:payment|charge|refund|transaction)\b]],
  },
  unless = { level = { "trace", "debug", "info", "notice", "error", "critical" } },

  tests = {
    { "JSON warning", log = [[{"level":"warn","service":"mailer","message":"failed to render template welcome.html"}]],
      expect = { { service = "mailer" } } },
    { "text", log = [[2024-11-26 10:15:00 WARN nightly backup failed, will retry in 10 min]], expect = 1 },
    { "failover", log = [[2024-11-26 10:15:00 WARN failover to eu-west-1 in progress, failed=0]], expect = 0 },
    { "said by a level that is not alarmed", log = [[2024-11-26 10:15:00 INFO 12 rows failed to match the filter]], expect = 0 },
    { "nothing failed", log = [[{"level":"warn","message":"import done, no failures in 17 files"}]], expect = 0 },
  },
}
