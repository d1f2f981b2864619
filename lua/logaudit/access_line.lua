--- A pattern (Python's `re`) for a line of an access log. Path, agent, referrer and user name stand in such a line word for
--- word, so whoever sends a request chooses what rules read there: `none = { access_line }` keeps a rule from it. Rules read
--- this text as the global `access_line`.
---
--- Each shape below is what stands before the client's first word, and is looked for at the start of a text only: no word of
--- a client can make another line look like one. A text of several lines is none, for servers escape line feeds.

local parts = {
  ip = [[(?=[0-9A-Fa-f]{0,4}[.:])[0-9A-Fa-f.:]{2,45}]],
  day = [=[\[\d\d/\w{3}/\d{4}:[^\]\n]{1,40}\]]=],
  iso = [[\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)?]],
  number = [[-?\d[\d.]*]],
}

-- What transports write in front: container runtimes, syslog, `docker compose logs`.
local transports = {
  [[<<iso>> std(?:out|err) [FP] ]],
  [[<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ - ]],
  [[(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d [\d:.]{8,15}|<<iso>>) \S+ [^\s:]{1,60}: ]],
  [=[[\w.-]{1,60} +\| ]=],
}

local shapes = {
  -- Apache, nginx and others, with a virtual host in front or not
  [[(?:[\w-]*[.:*][\w.:*-]* |localhost |[-_] )?<<ip>>(?::\d+)? - [^\n]{1,1024}?<<day>> "]],
  [[<<day>> (?:\S+ (?:\d{3}|-) )?\d{3} - [A-Z]{1,20} https? ]],                           -- Nginx Proxy Manager
  [=[\[<<iso>>\] "\S+ ]=],                                                                 -- Envoy
  [[(?:https?|h2|grpcs?|wss?|tls) (?:\d\.\d )?<<iso>> (?:app|net)/\S+ ]],                   -- load balancers of AWS
  [[<<iso>> \S+ <<ip>>:\d+ \S+ (?:<<number>> ){3}\S+ \S+ \d+ \d+ "]],                       -- classic ones
  [[\S+ \S+ <<day>> (?:<<ip>>|-) \S+ \S+ [A-Z][A-Z0-9]*\.[A-Z]\S+ ]],                       -- S3
  [[\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t\S+\t\d+\t<<ip>>\t]],                                  -- CloudFront
  [[<<ip>>:\d+ <<day>> \S+ \S+/\S+ [-+/\d]+ ]],                                             -- HAProxy
  [[\d{9,10}\.\d{3} +-?\d+ \S+ [A-Z_]{2,40}/\d{3} \d+ ]],                                   -- Squid
  [[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:W3SVC\d+ )?(?:[\w-]+ )?<<ip>> [A-Z]{1,20} /\S* ]],     -- IIS
  [[(?:\[GIN\] \S+ - \S+|<<iso>>) \| +\d{3} \| +\S+ \| +\S+ \| ]],                          -- Gin
}

-- As a JSON object without a message, searched as its bytes: an agent and a status under their own keys.
local json = [=[\{(?=[\s\S]*"(?:\w+[._-])?user[_-]?agent" ?:)(?=[\s\S]*"(?:\w+[._-])?(?:status(?:[_-]?code)?|response[_-]?code)" ?: ?"?\d{3}\b)]=]

local function any_of(list)
  return ("(?:%s)"):format(table.concat(list, "|"))
end

local line = ([[(?:%s){0,2}%s[^\n]*\n?\Z]]):format(any_of(transports), any_of(shapes))
return ([[\A(?a:%s|(?i:%s))]]):format(line:gsub("<<(%a+)>>", parts), json)
