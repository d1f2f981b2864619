return rule {
  id          = "microservices.container_exit",
  title       = "Container {actor} died with exit code {exitCode}",
  type        = "Microservice",
  severity    = "high",
  description = "A container event (JSON) that says die with an exit code other than 0.",
  tags        = { "microservice.container" },
  dedup       = { "service", "host" },

  where = { action = { "die", "oom", "died" }, exitCode = { ne = "0", exists = true } },
  none  = { [[(?i)exit ?code"?[ :=]{1,3}"?(?:137|139|143|134)\b]] },    -- microservices.container_crash

  tests = {
    { "die", log = [[{"action":"die","exitCode":"1","actor":"pay"}]], expect = 1 },
    { "a number", log = [[{"action":"die","exitCode":2,"actor":"pay"}]], expect = 1 },
    { "a clean end", log = [[{"action":"die","exitCode":"0","actor":"migrate"}]], expect = 0 },
    { "start", log = [[{"action":"start","actor":"pay"}]], expect = 0 },
    { "each form", log = {
      [[{"action":"oom","exitCode":"1","actor":"pay"}]],
    }, expect = 1 },
    { "each exception", log = {
      [[{"action":"die","exitCode":"137","message":"exit code 137"}]],
      [[{"action":"stop","exitCode":"1"}]],
      [[{"action":"die","actor":"pay"}]],
    }, expect = 0 },
  },
}
