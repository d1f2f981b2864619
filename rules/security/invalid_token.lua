return rule {
  id          = "security.invalid_token",
  title       = "Invalid or expired token",
  type        = "Security",
  severity    = "medium",
  description = "A token, session, API key or signature that is wrong, expired, revoked or missing.",
  tags        = { "attack.t1528", "attack.t1550.001" },

  any = {
    [[(?i)(?<![a-z])(?:invalid|expired|revoked|malformed|bad|missing|unknown|rejected)[ _-](?:[a-z]{2,20}[ _-])?(?:token|session|jwt|api[ _-]?key|signature|csrf)(?![a-z])]],
    [[(?i)(?<![a-z])(?:token|session|jwt|api[ _-]?key|signature)(?: for \S{1,80})?[ _-](?:has |is |was |has been )?(?:invalid|expired|revoked|malformed|rejected|mismatch|missing|blacklisted)(?![a-z])]],
    [[(?i)\b(?:token|session|jwt|csrf|signature)(?: \w+)? (?:verification|validation|check) (?:has )?failed\b]],
    [[(?i)\bfailed to (?:verify|validate|decode|parse) (?:the )?(?:\w+ )?(?:token|jwt|signature)\b]],
    [[(?i)\b(?:token|session) (?:reuse|replay) (?:was )?detected\b|\b(?:reused|replayed) (?:refresh |access )?token\b]],
    [[\bJwt_(?:is_expired|verification_fails?|is_missing)\b|\bTokenExpiredError\b|\bJsonWebTokenError\b]],
    [[\bInvalidClientTokenId\b|\bSignatureDoesNotMatch\b]],
  },
  none = {
    access_line,
    [[\A(?:session|token)_revoked\Z]],    -- the name of an administrative act
    [[(?i)\b(?:removed|purged|deleted|cleaned(?: up)?|cleanup of|\d+) (?:\d+ )?(?:expired|invalid|revoked) (?:\w+ )?(?:tokens?|sessions?)\b]],
    [[(?i)\b(?:unexpected|invalid) token (?:'.'|"."|\S) in\b]],
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"warn","service":"api","message":"JWT has expired","user_id":"mia","ip":"203.0.113.9"}]],
      expect = { { user_id = "mia", ip = "203.0.113.9" } } },
    { "text", log = [[2024-11-26 10:15:02 WARN rejected request: invalid_token (client 203.0.113.9)]], expect = 1 },
    { "housekeeping", log = [[2024-11-26 10:15:02 INFO purged 17 expired sessions]], expect = 0 },
    { "a token was made", log = [[2024-11-26 10:15:02 INFO token issued, expires_in=3600]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 WARN bad api key]],
      [[2024-11-26 10:15:02 WARN token was rejected]],
      [[2024-11-26 10:15:03 WARN jwt verification failed]],
      [[2024-11-26 10:15:04 WARN failed to decode the token]],
      [[2024-11-26 10:15:05 WARN Jwt_is_missing]],
      [[2024-11-26 10:15:06 WARN SignatureDoesNotMatch]],
    }, expect = 6 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "rejected request: invalid_token (client 203.0.113.9)"]], expect = 0 },
    { "each exception", log = {
      [[{"event":"token_revoked"}]],
      [[2024-11-26 10:15:02 INFO cleanup of expired sessions: expired_token]],
      [[2024-11-26 10:15:03 ERROR unexpected token < in x, invalid token < in x]],
      [[{"level":"debug","message":"bad api key"}]],
    }, expect = 0 },
    { "replay: found", log = {
      [[{"level":"warn","msg":"refresh token replay detected","user_id":"mia"}]],
    }, expect = 1 },
    { "replay: harmless", log = {
      [[2024-11-26 10:15:01 INFO token reuse window is 10 s]],
    }, expect = 0 },
  },
}
