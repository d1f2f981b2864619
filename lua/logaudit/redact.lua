--- What is a secret in a log line. Each entry is searched in records that have findings; the group `secret` (the
--- whole match without one) is replaced by [redacted:kind]. Patterns are Python's `re`.
---
---   kind      names the secret in its place
---   pattern   what it looks like
---   level     "secrets" (default) or "pii": from which --redact level on it is replaced
---   luhn      only when its digits have a right check digit, as card numbers have
---
--- Edit freely: the next run uses it.

return {
  { kind = "aws-key", pattern = [[\b(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b]] },
  { kind = "aws-secret",
    pattern = [[(?i)aws.{0,20}secret.{0,30}?["'=:\s](?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])]] },
  { kind = "google-key", pattern = [[\b(?P<secret>AIza[0-9A-Za-z_-]{35})]] },
  { kind = "github-token", pattern = [[\b(?P<secret>(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{22,}))]] },
  { kind = "slack-token", pattern = [[\b(?P<secret>xox[abeoprs]-[0-9A-Za-z-]{10,})]] },
  { kind = "stripe-key", pattern = [[\b(?P<secret>[rs]k_(?:live|test)_[0-9A-Za-z]{16,})]] },
  { kind = "private-key",
    pattern = [[(?P<secret>-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|\Z))]] },
  { kind = "jwt", pattern = [[\b(?P<secret>eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*)]] },
  { kind = "bearer", pattern = [[(?i)\bbearer[\s:="']+(?P<secret>[0-9a-z._~+/-]{8,}=*)]] },
  { kind = "basic-auth", pattern = [[(?i)\bauthorization["']?\s*[:=]\s*["']?basic\s+(?P<secret>[0-9a-z+/]{6,}=*)]] },
  { kind = "password", pattern = [[\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:(?!\d+/)(?P<secret>[^\s@"']+)@]] },
  -- key="value" with blanks in it, then key=value, key: value, "key":"value".
  { kind = "password",
    pattern = [=[(?i)(?:password|passwd|passphrase|pwd)\\?["']?\s*[:=]\s*\\?"(?P<secret>(?:[^"\\]|\\.)+)"]=] },
  { kind = "password",
    pattern = [=[(?i)(?:password|passwd|passphrase|pwd)["']?\s*(?:=|:(?!//))\s*'?(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "secret",
    pattern = [=[(?i)(?:secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|session[_-]?id)["']?\s*[=:]\s*["']?(?P<secret>[0-9A-Za-z._~+/=-]{8,})]=] },
  { kind = "card", luhn = true, pattern = [[(?<![\d.-])(?P<secret>\d{4}(?:[ -]?\d{4}){2}[ -]?\d{2,4}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})(?![\d.-])]] },
  { kind = "email", level = "pii", pattern = [[\b(?P<secret>[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*\.[A-Za-z]{2,})\b]] },
  { kind = "phone", level = "pii", pattern = [[(?<![\w.+-])(?P<secret>\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4})(?![\w-])]] },
}
