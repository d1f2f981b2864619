return rule {
  id          = "security.intrusion_alert",
  title       = "A security product raised an alert",
  type        = "Security",
  severity    = "high",
  description = "A structured alert of an intrusion detection system, firewall, WAF or endpoint agent.",
  tags        = { "attack.t1595", "attack.t1190" },

  where = {
    { event_type = "alert", ["alert.signature"] = { exists = true } },                       -- Suricata
    { ["eventData.waapIncidentType"] = { exists = true } },                                  -- open-appsec
    { ["transaction.messages"] = { exists = true }, ["transaction.producer.modsecurity"] = { exists = true } },
    { webaclId = { exists = true }, action = "BLOCK" },                                      -- AWS WAF
    { note = { re = [[::]] }, ["id.orig_h"] = { exists = true } },                           -- Zeek's notices
    { ["$.attack|$.attack_type|$.attackType|$.threat_type|$.threatName"] = { re = [[^(?!(?i:none|no|unknown|false|n/a)$)[A-Za-z][\w -]{2,60}$]] } },
    { ["detail-type"] = "GuardDuty Finding" },
    { schemaVersion = { exists = true }, type = { re = [[^[A-Z]\w+:\w+/]] }, severity = { exists = true } },   -- GuardDuty
    { ["event.eventType"] = { "DetectionSummaryEvent", "IdpDetectionSummaryEvent", "EppDetectionSummaryEvent" } },   -- Falcon
    { ["metadata.eventType"] = { "DetectionSummaryEvent", "IdpDetectionSummaryEvent", "EppDetectionSummaryEvent" } },
    { type = { "CB_ANALYTICS", "WATCHLIST", "DEVICE_CONTROL" }, threat_id = { exists = true } },                 -- Carbon Black
    { output = { exists = true }, rule = { exists = true }, priority = { "Warning", "Error", "Critical", "Alert", "Emergency" } },   -- Falco
    { output_fields = { exists = true }, rule = { exists = true }, priority = "Notice" },
  },

  tests = {
    { "Suricata", log = [[{"event_type":"alert","src_ip":"203.0.113.9","alert":{"signature":"probe of a shop","severity":2}}]],
      expect = { { ip = "203.0.113.9" } } },
    { "open-appsec", log = [[{"eventName":"Web Request","eventData":{"waapIncidentType":"SQL Injection","sourceIP":"203.0.113.9"}}]],
      expect = { { ip = "203.0.113.9" } } },
    { "ModSecurity", log = [[{"transaction":{"client_ip":"203.0.113.9","producer":{"modsecurity":"v3"},"messages":[{"message":"x"}]}}]], expect = 1 },
    { "AWS WAF", log = [[{"webaclId":"arn:x","action":"BLOCK","httpRequest":{"clientIp":"203.0.113.9"}}]], expect = { { ip = "203.0.113.9" } } },
    { "Zeek", log = [[{"note":"Scan::Port_Scan_","id.orig_h":"203.0.113.9"}]], expect = { { ip = "203.0.113.9" } } },
    { "GuardDuty, through EventBridge", log = [[{"detail-type":"GuardDuty Finding","detail":{"severity":5}}]], expect = 1 },
    { "GuardDuty", log = [[{"schemaVersion":"2.0","type":"Recon:EC2/PortProbe","severity":5}]], expect = 1 },
    { "Falcon", log = [[{"event":{"eventType":"EppDetectionSummaryEvent"}}]], expect = 1 },
    { "Falcon's stream", log = [[{"metadata":{"eventType":"DetectionSummaryEvent"}}]], expect = 1 },
    { "Carbon Black", log = [[{"type":"WATCHLIST","threat_id":"q1"}]], expect = 1 },
    { "Falco", log = [[{"output":"shell in a container","rule":"Terminal shell","priority":"Critical"}]], expect = 1 },
    { "no alert", log = {
      [[{"event_type":"flow","alert":{"signature":"x"},"src_ip":"192.0.2.1"}]], [[{"event_type":"alert","src_ip":"192.0.2.1"}]],
      [[{"transaction":{"messages":[]}}]], [[{"transaction":{"producer":{"modsecurity":"v3"}}}]],
      [[{"webaclId":"arn:x","action":"ALLOW"}]], [[{"action":"BLOCK","region":"eu"}]],
      [[{"note":"call back","id.orig_h":"192.0.2.1"}]], [[{"note":"Notice::x"}]],
      [[{"schemaVersion":"2.0","type":"deployment","severity":5}]], [[{"type":"Recon:EC2/x","severity":5}]], [[{"schemaVersion":"2.0","type":"Recon:EC2/x"}]],
      [[{"type":"WATCHLIST"}]], [[{"type":"ORDER","threat_id":"q1"}]],
      [[{"output":"17 rows","rule":"nightly","priority":"Notice"}]], [[{"output":"17 rows","priority":"Critical"}]], [[{"rule":"nightly","priority":"Critical"}]],
      [[{"detail-type":"Scheduled Event"}]], [[{"event":{"eventType":"AuthActivityAuditEvent"}}]], [[{"metadata":{"eventType":"AuthActivityAuditEvent"}}]],
    }, expect = 0 },
    { "Falco: found", log = {
      [[{"output":"Notice A shell was spawned in a container","priority":"Notice","rule":"Terminal shell in container","output_fields":{"container.id":"q1"}}]],
    }, expect = 1 },
    { "Falco: harmless", log = {
      [[{"output":"ok","priority":"Informational","rule":"Probe","output_fields":{}}]],
      [[{"priority":"Notice","output_fields":{}}]], [[{"priority":"Notice","rule":"nightly"}]],
    }, expect = 0 },
    { "named in a field: found", log = {
      [[{"msg":"blocked request","attack":"remote_code_execution","client_ip":"203.0.113.9"}]],
    }, expect = 1 },
    { "named in a field: harmless", log = {
      [[{"msg":"request","attack":"none"}]],
      [[{"msg":"request","attack_type":"N/A"}]],
      [[{"hero":"mia","attack":17}]],
    }, expect = 0 },
  },
}
