return rule {
  id          = "aws.flow_rejected",
  title       = "{ip} was refused at port {dstport}",
  type        = "Security",
  severity    = "low",
  description = "A VPC flow record that was rejected at a port of remote administration, file sharing or a database.",
  tags        = { "attack.t1046", "attack.t1021" },
  dedup       = { "ip" },

  where = {
    action  = "REJECT",
    srcaddr = { exists = true },
    dstport = { 21, 22, 23, 135, 139, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5900, 5985, 6379, 9200, 11211, 27017 },
  },
  match = function(event) return { dstport = event:num("dstport") } end,

  tests = {
    { "SSH", log = "2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.7 50412 22 6 4 240 1732617018 1732617078 REJECT OK", expect = { { ip = "203.0.113.9", dstport = 22 } } },
    { "a web server", log = "2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.7 50412 443 6 4 240 1732617018 1732617078 REJECT OK", expect = 0 },
    { "let in", log = "2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.7 50412 22 6 4 240 1732617018 1732617078 ACCEPT OK", expect = 0 },
    { "no flow", log = [[{"action":"REJECT","dstport":22}]], expect = 0 },
  },
}
