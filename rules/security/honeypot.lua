return rule {
  id          = "security.honeypot",
  title       = "Somebody touched a honeypot",
  type        = "Security",
  severity    = "medium",
  description = "A record of a honeypot or canary (Cowrie, OpenCanary, sshesame, Dionaea): nobody has business there.",
  tags        = { "attack.t1595", "attack.t1110" },
  dedup       = { "ip" },

  where = {
    { eventid = { prefix = "cowrie." } },
    { node_id = { contains = "canary" }, logtype = { exists = true } },
    { ["event_type"] = { prefix = { "honeypot", "canary" } } },
    { canarytoken = { exists = true } },
  },

  tests = {
    { "Cowrie", log = [[{"eventid":"cowrie.session.connect","src_ip":"203.0.113.9","protocol":"ssh"}]], expect = { { ip = "203.0.113.9" } } },
    { "OpenCanary", log = [[{"node_id":"opencanary-1","logtype":4002,"src_host":"203.0.113.9"}]], expect = 1 },
    { "others by their type", log = [[{"event_type":"honeypot.http","src_ip":"203.0.113.9"}]], expect = 1 },
    { "a token", log = [[{"canarytoken":"q1w2e3","src_ip":"203.0.113.9"}]], expect = 1 },
    { "another event", log = [[{"eventid":"shop.session.connect","src_ip":"203.0.113.9"}]], expect = 0 },
    { "a node of another kind", log = [[{"node_id":"worker-1","logtype":4002,"src_host":"203.0.113.9"}]], expect = 0 },
    { "a canary's health", log = [[{"node_id":"opencanary-1","status":"up"}]], expect = 0 },
  },
}
