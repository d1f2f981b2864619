return rule {
  id          = "errors.certificate",
  title       = "TLS certificate problem",
  type        = "Error",
  severity    = "high",
  description = "A certificate is expired, not trusted or about to expire, or a TLS handshake failed.",
  tags        = { "error.tls" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bcertificate (?:(?:of|for) )?(?:\S{1,80} )?(?:has |is )?(?:expired|not trusted|revoked|not yet valid|not valid|verify failed|signed by unknown authority)\b]],
    [[(?i)\bcertificate (?:for \S{1,80} )?(?:expires|will expire) (?:in|on|soon)\b]],
    [[\bCERTIFICATE_VERIFY_FAILED\b|\bCERT_HAS_EXPIRED\b|\bERR_CERT_\w+]],
    [[(?i)\b(?:TLS|SSL)[ _]handshake (?:error|failed|failure)\b]],
    [[(?i)\bx509: ]],
    [[(?i)\bSSL certificate problem\b|\bself[- ]signed certificate in certificate chain\b|\bunable to get local issuer certificate\b|\bDEPTH_ZERO_SELF_SIGNED_CERT\b|\bUNABLE_TO_VERIFY_LEAF_SIGNATURE\b]],
  },
  none   = { access_line, [[(?i)\bcertificate renewed\b|\bhandshake error from \S+: EOF\b]] },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON", log = [[{"level":"warn","service":"edge","message":"certificate for api.example.com expires in 3 days"}]], expect = 1 },
    { "text", log = [[2024-11-26 10:15:00 ERROR dial: x509: certificate signed by unknown authority]], expect = 1 },
    { "renewed", log = [[2024-11-26 10:15:00 INFO certificate renewed, old certificate expires in 9 days]], expect = 0 },
    { "loaded", log = [[2024-11-26 10:15:00 INFO loaded certificate /etc/ssl/api.pem]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR certificate of api.example.com has expired]],
      [[2024-11-26 10:15:02 WARN certificate expires in 3 days]],
      [[2024-11-26 10:15:03 ERROR node: CERT_HAS_EXPIRED]],
      [[2024-11-26 10:15:04 ERROR TLS handshake failed]],
      [[2024-11-26 10:15:05 ERROR dial: x509: unknown key]],
    }, expect = 5 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "x509: x"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 ERROR certificate renewed, x509: done]],
      [[{"level":"debug","message":"x509: 3 roots loaded"}]],
    }, expect = 0 },
    { "distrust: found", log = {
      [[curl: (60) SSL certificate problem: self-signed certificate in certificate chain]],
    }, expect = 1 },
    { "distrust: harmless", log = {
      [[2024-11-26 10:15:01 INFO self-signed certificate created for tests]],
    }, expect = 0 },
  },
}
