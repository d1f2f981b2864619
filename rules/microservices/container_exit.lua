return rule {
  id          = "microservices.container_exit",
  title       = "Container {actor} died with exit code {exitCode}",
  type        = "Microservice",
  severity    = "high",
  description = "A container event (JSON) that says die with an exit code other than 0.",
  tags        = { "microservice.container" },

  where = { action = { "die", "oom", "died" }, exitCode = { ne = "0", exists = true } },
  none  = { [[(?i)exit ?code"?[ :=]{1,3}"?(?:137|139|143|134)\b]] },    -- microservices.container_crash

  tests = {
    { "die", log = [[{"type":"container","action":"die","actor":"pay","exitCode":"1","time":1732616100}]], expect = 1 },
    { "a number", log = [[{"type":"container","action":"die","actor":"pay","exitCode":2}]], expect = 1 },
    { "a clean end", log = [[{"type":"container","action":"die","actor":"migrate","exitCode":"0","time":1732616100}]], expect = 0 },
    { "start", log = [[{"type":"container","action":"start","actor":"pay","time":1732616100}]], expect = 0 },
  },
}
