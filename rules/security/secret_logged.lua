return rule {
  id          = "security.secret_logged",
  title       = "A secret was written to the log of {service}",
  type        = "Security",
  severity    = "high",
  description = "A private key, or a token or key whose form leaves no doubt, stands in the log: it has to be replaced, and the program must not write it. What passwords look like is not known, so they are not looked for.",
  tags        = { "attack.t1552.001", "attack.credential_access" },
  raw         = true,

  any = {
    [[-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----]],
    [[(?i)\baws_?secret_?(?:access_?)?key["']?\s{0,4}[:=]\s{0,4}["']?[A-Za-z0-9/+]{38,44}(?![A-Za-z0-9/+])]],
    [[\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,90}|glpat-[\w-]{20}|xox[abprs]-\d{6,}-[\w-]{10,}|sk_live_[0-9A-Za-z]{20,}|SG\.[\w-]{22}\.[\w-]{43}|npm_[A-Za-z0-9]{36})\b]],
  },
  none = { access_line },

  tests = {   -- put together, so that this file holds no secret
    { "each form", log = {
      "2024-11-26 10:15:01 INFO key: -----BEGIN " .. "RSA PRIVATE KEY-----",
      "2024-11-26 10:15:02 INFO aws_secret_access_key=" .. "Zk7mQ2pXw9LrT4vBn8sYc3HdJf6GaEu5" .. "Rt1oKqWz",
      "2024-11-26 10:15:03 INFO token ghp" .. "_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    }, expect = 3 },
    { "JSON", log = [[{"level":"info","service":"pay","msg":"config","aws_secret_access_key":"Zk7mQ2pXw9LrT4vBn8sYc3HdJf6GaEu5]] .. [[Rt1oKqWz"}]], expect = { { service = "pay" } } },
    { "no secret", log = {
      [[2024-11-26 10:15:01 INFO -----BEGIN CERTIFICATE-----]],
      [[2024-11-26 10:15:02 INFO aws_secret_access_key=****************]],
      [[2024-11-26 10:15:03 INFO branch ghp_main pushed]],
      [[2024-11-26 10:15:04 DEBUG password=******** user=app]],
    }, expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "-----BEGIN ]] .. [[PRIVATE KEY-----"]], expect = 0 },
  },
}
