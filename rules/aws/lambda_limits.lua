return rule {
  id          = "aws.lambda_limits",
  title       = "Lambda function near its limits",
  type        = "Performance",
  severity    = "medium",
  description = "A REPORT line of Lambda whose memory is used to 90 % or more (100 %: high), or that ended in a timeout or error.",
  tags        = { "performance.memory", "performance.lambda" },
  dedup       = { "service", "source" },

  any = {
    [[\bREPORT RequestId: (?P<request_id>[\w-]{1,64})\s.{0,200}\bMemory Size: (?P<size>\d+) MB\s+Max Memory Used: (?P<used>\d+) MB(?P<status>.{0,200}\bStatus: (?:timeout|error)\b)?]],
  },
  none = { access_line },
  match = function(_, found)
    local size, used = tonumber(found[1].groups.size), tonumber(found[1].groups.used)
    if found[1].groups.status or used >= size then
      return { severity = "high" }
    end
    return used * 100 >= size * 90
  end,

  tests = {
    { "nearly full", log = "REPORT RequestId: 7c1e9f2a-0b11\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 116 MB",
      expect = { { severity = "medium", request_id = "7c1e9f2a-0b11" } } },
    { "full", log = "REPORT RequestId: 7c1e9f2a-0b11\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB",
      expect = { { severity = "high" } } },
    { "timed out", log = "REPORT RequestId: 7c1e9f2a-0b11\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tStatus: timeout",
      expect = { { severity = "high" } } },
    { "room enough", log = "REPORT RequestId: 7c1e9f2a-0b11\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 115 MB", expect = 0 },
    { "each severity", log = {
      "REPORT RequestId: q1\tDuration: 2.5 ms\tMemory Size: 1000 MB\tMax Memory Used: 899 MB",
      "REPORT RequestId: q2\tDuration: 2.5 ms\tMemory Size: 1000 MB\tMax Memory Used: 900 MB",
      "REPORT RequestId: q3\tDuration: 2.5 ms\tMemory Size: 1000 MB\tMax Memory Used: 999 MB",
      "REPORT RequestId: q4\tDuration: 2.5 ms\tMemory Size: 1000 MB\tMax Memory Used: 1000 MB",
    }, expect = { { severity = "medium" }, { severity = "medium" }, { severity = "high" } } },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "REPORT RequestId: 7c1e9f2a-0b11	Duration: 12.50 ms	Billed Duration: 13 ms	Memory Size: 128 MB	Max Memory Used: 116 MB"]], expect = 0 },
  },
}
