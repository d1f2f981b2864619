--- Text formats as data. Edit freely: a format is refused when its own sample does not give what it expects.
---
---   formats  the shape of a whole line, tried in order, first match wins; a group `message` is tried again
---            with the same list (a syslog line whose message is a klog line)
---   events   sentences that known programs write, searched; they win over key=value pairs. The first that has
---            a group user_id decides who the user is, even when it caught "-"
---   extras   searched last, for what is still missing
---   columns  logs whose columns are named by a line of the log; described there
---
--- A group of a format that catches nothing says that the line has no such field, whatever else stands in it: in the
--- lines of access logs most words are a client's.
---
--- Patterns are Python's `re`. Groups: the normalised fields, message, time, and durations: `duration` with its
--- unit in the text, duration_ms, duration_s, duration_us, duration_ns. A group `time` costs: formats are then
--- tried on every record.
--- `need`: one of these literals must stand in the text (any case), else the pattern is not tried. In them \d is
--- a digit, \x a hexadecimal digit, \h one or a colon: how an address begins.
--- `holds`: so must one of these, which may be shorter and begin with a class or no letter. `ends`: one of these
--- must stand before the text's closing quotes and brackets.
--- `expect`: what a record of the sample's text gives; false: nothing.

-- <<ip>> and the like in a pattern stand for these.
local parts = {
  ip = [[(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{0,34}(?:\d{1,3}(?:\.\d{1,3}){3})?)]],
  number = [[\d+(?:\.\d+)?]],
  span = [[\d+(?:\.\d+)?(?:e-?\d+)? ?(?:ns|nanoseconds?|us|usecs?|[µμ]s|micros|microseconds?|ms|msecs?|millis|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b(?:\d[\d.]*(?:ms|[µμ]s|us|ns|s|m)\b)*]],
  clock = [[\d\d:\d\d:\d\d(?:[.,]\d+)?]],
  iso = [=[\d{4}[-/]\d\d[-/]\d\d[T ]+\d\d:\d\d:\d\d(?:[.,:]\d+)?(?: ?(?:Z|[A-Z]{3,4}\b|[+-]\d\d:?\d\d))?]=],
  level = [[(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|SEVERE|CRIT(?:ICAL)?|FATAL|ALERT|EMERG|PANIC|FINER?|FINEST|VERBOSE)]],
  name = [=[[^\s"'<>,;()\[\]]+]=],
}

-- What <<level>> may match, for `need`.
local levels = { "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "ERR", "SEVERE", "CRIT", "FATAL", "ALERT", "EMERG", "PANIC",
  "FINE", "VERBOSE", "WRN", "DBG", "FTL", "INF" }

-- Every head with every tail, for `need`.
local function joined(heads, tails)
  local texts = {}
  for _, head in ipairs(heads) do
    for _, tail in ipairs(tails) do
      texts[#texts + 1] = head .. tail
    end
  end
  return texts
end

-- What every address holds, for `holds`.
local V4 <const> = { "\\d.\\d.", "\\d.\\d\\d.", "\\d.\\d\\d\\d." }
local ADDRESS <const> = { ":", V4[1], V4[2], V4[3] }
local ADDRESS_STARTS <const> = { "\\d.", "\\d\\d.", "\\d\\d\\d.", ":", "\\x:", "\\x\\x:", "\\x\\x\\x:",
  "\\x\\x\\x\\x:", "ipv\\d:" }

-- "response time", "query_time", "total time", "time taken" ...
local DURATION_NAMES <const> = joined({ "e", "g", "l", "n", "t", "y" }, { "time", " time", "_time" })
table.move({ "duration", "elapsed", "latency", "taken", "spent", "took", "pause" }, 1, 7, #DURATION_NAMES + 1, DURATION_NAMES)

local formats = {
  { name = "syslog 5424", need = { ">1 " },
    pattern = [=[^<\d{1,3}>\d{1,2} (?:<<iso>>|-) (?P<host>\S+) (?P<service>\S+) \S+ (?P<action>\S+) (?:-|\[.*?[^\\]\](?=\s|$)) ?(?P<message>.*)]=],
    sample = [[<34>1 2024-11-26T10:30:18.123Z web01 billing 4711 ID47 [x@1 seq="4"] payment refused by gateway]],
    expect = { host = "web01", service = "billing", action = "ID47" } },
  { name = "syslog 3164",
    pattern = [=[^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?<<clock>>|\d{4}-\d\d-\d\dT<<clock>>(?:Z|[+-]\d\d:?\d\d)) (?:(?P<host>(?!<<level>>\b)(?:[\w.-]*\w|<<ip>>)) )?(?P<service>(?!<<level>>\b)[\w./-]+?)(?:\([\w-]+\))?(?:\[\d+\])?: +(?P<message>.*)]=],
    sample = [[Nov 26 10:30:18 db02 postgres[4711]: [2-1] ERROR:  relation "orders" does not exist]],
    expect = { host = "db02", service = "postgres", level = "error" } },
  { name = "container runtime", need = { "stdout ", "stderr " },
    pattern = [[^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] (?P<message>.*)]],
    sample = [[2024-11-26T10:30:18.123456789Z stderr F E1126 10:30:18.123456       1 server.go:42] cannot bind]],
    expect = { level = "error" } },
  { name = "compose prefix", need = { " | " },
    pattern = [[^(?P<service>[\w.-]+) +\| (?P<message>.*)]],
    sample = [[worker-1  | 2024-11-26 10:30:18 WARNING queue is filling]],
    expect = { service = "worker-1", level = "warn" } },
  { name = "Blue Gene event", need = { " RAS " },
    pattern = [=[^[^\n]{10,160}?\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.\d+ (?P<host>\S+) RAS (?P<service>\w+) (?P<level>[A-Z]+) (?P<message>.*)]=],
    sample = [[- 1732617018 2024.11.26 R07-M0-N3-C:J05-U01 2024-11-26-10.30.18.123456 R07-M0-N3-C:J05-U01 RAS KERNEL SEVERE fan 2 stands still]],
    expect = { host = "R07-M0-N3-C:J05-U01", service = "KERNEL", level = "error" } },
  { name = "syslog behind an alert tag",
    pattern = [=[^[\w-]{1,20} \d{9,10} \d{4}\.\d\d\.\d\d \S+ (?P<message>[A-Z][a-z]{2} +\d{1,2} <<clock>> .*)]=],
    sample = [[- 1732617018 2024.11.26 an12 Nov 26 10:30:18 an12 ntpd[711]: time is off]],
    expect = { host = "an12", service = "ntpd" } },
  { name = "logcat",
    need = { " V ", " D ", " I ", " W ", " E ", " F ", " A " },
    pattern = [=[^(?:\d{4}-)?\d\d-\d\d <<clock>> +\d+ +\d+ (?P<level>[VDIWEFA]) (?P<service>[^:\s][^:\n]{0,80}?) *: (?P<message>.*)]=],
    sample = [[11-26 10:30:18.123  1702  2395 E WifiService: no country code]],
    expect = { level = "error", service = "WifiService" } },
  { name = "Windows servicing", need = { ", Error ", ", Info ", ", Warning " },
    pattern = [=[^\d{4}-\d\d-\d\d <<clock>>, (?P<level>Error|Info|Warning) +(?P<service>\w+) +(?P<message>.*)]=],
    sample = [[2024-11-26 10:30:18, Error                 CSI    store is not readable]],
    expect = { level = "error", service = "CSI" } },
  { name = "klog", need = { ".go:", ".cc:", ".cpp:", ".py:" },
    pattern = [=[^(?P<level>[IWEF])\d{4} <<clock>>\s+\d+ [^\s\]]+:\d+\] (?P<message>.*)]=],
    sample = [[W1126 10:30:18.123456       7 reflector.go:42] watch of pods ended with: too old]],
    expect = { level = "warn" } },
  { name = "access log", need = { "] \"" },
    pattern = [=[^(?:[\w.:*-]+ )?(?P<ip><<ip>>)(?::\d+)? \S+ .{0,128}?\[[^\]]+\] "(?:(?P<method>[A-Z]+) (?P<path>[^\s"]*)(?:[^"\\]|\\.)*|(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "(?:[^"\\]|\\.)*")?+(?:(?: |[^\n]{0,200}? (?:rt|request_time)=)?(?P<duration_s>\d+\.\d{3,6}\b|(?=\s*$)))?]=],
    sample = [[203.0.113.9 - carol [26/Nov/2024:10:30:18 +0000] "POST /cart/10293?x=1 HTTP/1.1" 502 157 "-" "curl/8.5.0" 2.314]],
    expect = { ip = "203.0.113.9", user_id = "carol", method = "POST", path = "/cart/10293", route = "/cart/{id}",
      status = "502", duration_ms = "2314" } },
  { name = "Envoy access log", need = { "HTTP/" },
    pattern = [=[^\[\d{4}-\d\d-\d\dT[^\]]+\] "(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d+) \S+(?: \S+ \S+(?: "[^"]*")?)? \d+ \d+ (?P<duration_ms>\d+) (?:\d+|-) "(?P<ip><<ip>>|-)?[^"]*" "[^"]*" "(?P<request_id>[^"]*)"]=],
    sample = [[[2024-11-26T10:30:18.123Z] "GET /stock/7 HTTP/1.1" 503 UF 0 91 1250 - "-" "curl/8.5.0" "7c1e9f2a-0b11-4c7e-8f6b-2a1d0c9e8b77" "stock:8080" "10.0.3.7:8080"]],
    expect = { method = "GET", path = "/stock/7", status = "503", duration_ms = "1250",
      request_id = "7c1e9f2a-0b11-4c7e-8f6b-2a1d0c9e8b77" } },
  { name = "load balancer", need = { "app/" },
    pattern = [=[^(?:https?|h2|grpcs?|wss?) \S+ \S+ (?P<ip><<ip>>):\d+ \S+ \S+ (?P<duration_s>\d+\.\d+|)(?:-1)? \S+ (?P<status>\d+) \S+ \d+ \d+ "(?P<method>[A-Z-]+) (?P<path>\S+) [^"]*"(?: "[^"]*" \S+ \S+ \S+ "(?P<request_id>[^"]*)")?]=],
    sample = [[https 2024-11-26T10:30:18.123456Z app/shop/50dc6c495c0c9188 198.51.100.4:2817 10.0.0.1:80 0.000 1.048 0.000 504 504 34 366 "GET https://shop.example:443/cart HTTP/1.1" "curl/8.5.0" - - arn:x "Root=1-5" "-" "-" 0]],
    expect = { ip = "198.51.100.4", duration_ms = "1048", status = "504", path = "/cart", request_id = "Root=1-5" } },
  { name = "classic load balancer", need = { "HTTP/" },
    pattern = [=[^<<iso>> \S+ (?P<ip><<ip>>):\d+ \S+:?\S* (?:-1|<<number>>) (?P<duration_s><<number>>|)(?:-1)? (?:-1|<<number>>) (?P<status>\d+) \S+ \d+ \d+ "(?P<method>[A-Z-]+) (?P<path>\S+) [^"]*"]=],
    sample = [[2024-11-26T10:30:18.123456Z shop 198.51.100.4:2817 10.0.0.1:80 0.000073 2.5 0.000057 504 504 0 29 "GET http://shop.example:80/cart HTTP/1.1" "curl/8.5.0" - -]],
    expect = { ip = "198.51.100.4", duration_ms = "2500", status = "504", path = "/cart" } },
  { name = "S3 access log", need = { " REST.", " WEBSITE.", " BATCH.", " svc:s3" },
    pattern = [=[^\S+ \S+ \[[^\]]+\] (?:(?P<ip><<ip>>)|-) \S+ (?P<request_id>\S+) (?P<action>[A-Z0-9]+\.[A-Z_.]+) \S+ (?:"(?P<method>[A-Z]+) (?P<path>\S+)[^"]*"|-) (?:(?P<status>\d{3})|-) \S+ \S+ \S+ (?P<duration_ms>\d+|)]=],
    sample = [[79a59df900b949e5 shop-assets [26/Nov/2024:10:30:18 +0000] 203.0.113.9 arn:aws:iam::123456789012:user/ada 3E57427F3EXAMPLE REST.GET.OBJECT a.png "GET /shop-assets/a.png?x=1 HTTP/1.1" 403 AccessDenied 243 - 70 10 "-" "curl/8.5.0" -]],
    expect = { ip = "203.0.113.9", user_id = "arn:aws:iam::123456789012:user/ada", request_id = "3E57427F3EXAMPLE",
      action = "REST.GET.OBJECT", method = "GET", path = "/shop-assets/a.png", status = "403", duration_ms = "70" } },
  { name = "haproxy", need = { "HTTP/" },
    pattern = [=[^(?P<ip><<ip>>):\d+ \[\d\d/\w{3}/\d{4}:[^\]]+\] \S+ (?P<service>[^\s/]+)/\S+ (?:-?\d+/){3,4}\+?(?P<duration_ms>\d+) (?P<status>-?\d+) [^"]*"(?P<method>[A-Z]+) (?P<path>\S+)]=],
    sample = [[198.51.100.4:50186 [26/Nov/2024:10:30:18.317] web~ shop/shop1 0/0/1/1499/1500 504 110 - - ---- 9/9/0/0/0 0/0 "GET /cart HTTP/1.1"]],
    expect = { ip = "198.51.100.4", duration_ms = "1500", status = "504", method = "GET" } },
  { name = "Nginx Proxy Manager", need = { "[Client " },
    pattern = [=[^\[[^\]]+\] (?:\S+ (?:\d{3}|-) )?(?P<status>\d{3}) - (?P<method>[A-Z]+) https? (?P<host>\S+) "(?P<path>[^"]*)" \[Client (?P<ip><<ip>>)\](?P<duration_ms>)]=],
    sample = [[[26/Nov/2024:10:30:18 +0000] - 502 502 - GET https shop.example "/cart?x=1" [Client 203.0.113.9] [Length 157] [Gzip -] [Sent-to 10.0.0.8] "curl/8.5.0" "-"]],
    expect = { status = "502", method = "GET", host = "shop.example", path = "/cart", ip = "203.0.113.9" } },
  { name = "Squid", need = { " TCP_", " NONE/", " NONE_NONE/", " UDP_", "/DIRECT/", " HIER_" },
    pattern = [=[^\d{9,10}\.\d{3} +(?P<duration_ms>\d+) (?P<ip><<ip>>) (?:TCP|UDP|NONE)\w*/(?P<status>\d{3}) \d+ (?P<method>[A-Z]+) (?P<path>\S+) (?P<user_id>\S+) ]=],
    sample = [[1732617018.123   1250 203.0.113.9 TCP_MISS/502 4096 GET http://shop.example/cart mia HIER_DIRECT/192.0.2.9 text/html]],
    expect = { status = "502", method = "GET", ip = "203.0.113.9", duration_ms = "1250", user_id = "mia" } },
  { name = "IIS without its header", need = { " GET /", " POST /", " HEAD /", " PUT /", " DELETE /" },
    pattern = [=[^\d{4}-\d\d-\d\d <<clock>> (?:W3SVC\d+ )?(?:[\w-]+ )?<<ip>> (?P<method>[A-Z]+) (?P<path>/\S*) \S+ \d+ (?P<user_id>\S+) (?P<ip><<ip>>) .{0,400}? (?P<status>[1-5]\d\d) \d+ \d+(?: |$)]=],
    sample = [[2024-11-26 10:30:18 W3SVC1 WEB-1 10.0.0.7 POST /cart/7 id=1 443 ada 203.0.113.9 curl/8.5.0 - 500 0 0 1250]],
    expect = { ip = "203.0.113.9", user_id = "ada", method = "POST", path = "/cart/7", status = "500" } },
  { name = "nginx error log",
    need = { "[debug]", "[info]", "[notice]", "[warn]", "[error]", "[crit]", "[alert]", "[emerg]" },
    pattern = [=[^\d{4}/\d\d/\d\d <<clock>> \[(?P<level>\w+)\] \d+#\d+: (?:\*\d+ )?(?P<message>.*)]=],
    sample = [[2024/11/26 10:30:18 [crit] 29#29: *7 connect() failed, client: 203.0.113.9, server: shop, request: "GET /cart HTTP/1.1", upstream: "http://10.0.0.8:80/"]],
    expect = { level = "critical", ip = "203.0.113.9", method = "GET", path = "/cart" } },
  { name = "Apache error log", need = { "[pid", ":error]", ":warn]", "[error]" },
    pattern = [=[^\[[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ <<clock>> \d{4}\] \[(?:\w+:)?(?P<level>\w+)\](?: \[pid [^\]]+\])?(?: \[(?:client|remote) (?P<ip><<ip>>)(?::\d+)?\])? (?P<message>.*)]=],
    sample = [[[Tue Nov 26 10:30:18.123456 2024] [auth_basic:error] [pid 7:tid 9] [client 203.0.113.9:50229] AH01618: user dave not found: /admin]],
    expect = { level = "error", ip = "203.0.113.9", user_id = "dave" } },
  { name = "PostgreSQL", need = { ":  ", "LOG: ", "ERROR: ", "FATAL: ", "PANIC: ", "WARNING: ", "DETAIL: ", "STATEMENT: " },
    pattern = [=[^.{0,256}?(?=[CDEFHILNPSW])\b(?P<level>DEBUG[1-5]|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|STATEMENT|DETAIL|HINT|CONTEXT): +(?:[0-9A-Z]{5}: +)?(?:duration: (?P<duration_ms><<number>>) ms)?(?P<message>.*)]=],
    sample = [[2024-11-26 10:30:18.123 UTC [4711] erin@shop LOG:  duration: 2503.250 ms  statement: SELECT pg_sleep(2.5)]],
    expect = { level = "info", duration_ms = "2503.25", user_id = "erin" } },
  { name = "MySQL", need = { "[Note]", "[Warning]", "[ERROR]", "[System]" },
    pattern = [=[^<<iso>> \d+ \[(?P<level>\w+)\] (?:\[MY-\d+\] )?(?:\[(?P<service>\w+)\] )?(?P<message>.*)]=],
    sample = [[2024-11-26T10:30:18.123456Z 345 [Note] [MY-010926] [Server] Access denied for user 'frank'@'203.0.113.9' (using password: YES)]],
    expect = { level = "notice", user_id = "frank", ip = "203.0.113.9" } },
  { name = ".NET console", need = { "fail: ", "crit: ", "warn: ", "info: ", "dbug: ", "trce: " },
    pattern = [=[^(?P<level>trce|dbug|info|warn|fail|crit): (?P<service>[A-Za-z_][\w.`]{1,200})\[\d+\]\s*(?P<message>.*)]=],
    sample = "fail: Shop.Orders.Worker[17]\n      crate 7 is lost",
    expect = { level = "error", service = "Shop.Orders.Worker" } },
  { name = "Gin", need = { "[GIN]", "s |  " },
    pattern = [=[^(?:\[GIN\] \S+ - \S+|<<iso>>) \| +(?P<status>\d{3}) \| +(?P<duration>\S+) \| +(?P<ip>\S+) \| +(?P<method>[A-Z]+) +"(?P<path>[^"]*)"]=],
    sample = [[[GIN] 2024/11/26 - 10:30:18 | 500 |     1.505s |    203.0.113.9 | POST     "/orders"]],
    expect = { status = "500", duration_ms = "1505", ip = "203.0.113.9", method = "POST", path = "/orders" } },
  { name = "Lambda, Node.js", need = { "\tTRACE\t", "\tDEBUG\t", "\tINFO\t", "\tWARN\t", "\tERROR\t", "\tFATAL\t" },
    pattern = [=[^\d{4}-\d\d-\d\dT<<clock>>Z\t(?:undefined|(?P<request_id>[0-9a-f]{8}-[0-9a-f-]{27}))\t(?P<level><<level>>)\t(?P<message>.*)]=],
    sample = "2024-11-26T10:30:18.123Z\t7c1e9f2a-0b11-4c7e-8f6b-2a1d0c9e8b77\tERROR\tno stock for user_id=ada",
    expect = { request_id = "7c1e9f2a-0b11-4c7e-8f6b-2a1d0c9e8b77", level = "error", user_id = "ada" } },
  { name = "Lambda, Python", need = { "]\t2" },
    pattern = [=[^\[(?P<level><<level>>)\]\t\d{4}-\d\d-\d\dT<<clock>>Z\t(?P<request_id>[0-9a-f]{8}-[0-9a-f-]{27})?\t(?P<message>.*)]=],
    sample = "[WARNING]\t2024-11-26T10:30:18.123Z\t7c1e9f2a-0b11-4c7e-8f6b-2a1d0c9e8b77\tno stock for user_id=ada",
    expect = { request_id = "7c1e9f2a-0b11-4c7e-8f6b-2a1d0c9e8b77", level = "warn", user_id = "ada" } },
  { name = "zap console", need = { ".go:" },
    pattern = [=[^\S+\t(?P<level>(?i:<<level>>))\t(?:(?P<service>[\w.-]{1,100})\t)?[\w./@-]+\.go:\d+\t(?P<message>.*)]=],
    sample = "2024-11-26T10:30:18.123Z\tERROR\tstock\thttp/handler.go:42\tno such crate\t{\"user_id\": \"ada\"}",
    expect = { level = "error", service = "stock", user_id = "ada" } },
  { name = "pino-pretty", need = { "): " },
    pattern = [=[^\[(?:<<iso>>|<<clock>>|\d{10,13})\] (?P<level><<level>>) \((?:(?P<service>[\w.@/-]{1,100})/)?\d+(?: on (?P<host>[\w.-]+))?\): (?P<message>.*)]=],
    sample = [=[[10:30:18.123] WARN (stock/4711 on web01): crate 7 is late]=],
    expect = { level = "warn", service = "stock", host = "web01" } },
  { name = "Rust tracing", need = levels, holds = { "::" },
    pattern = [=[^<<iso>> +(?P<level><<level>>) (?:\w+\{[^\n]{0,256}?\}: )?(?P<service>[A-Za-z_]\w*(?:::\w+)+): +(?P<message>.*)]=],
    sample = [[2024-11-26T10:30:18.123456Z  WARN request{method=GET}: stock::crates: late elapsed=1.5s]],
    expect = { level = "warn", service = "stock::crates", duration_ms = "1500" } },
  { name = "Java logging", need = levels,
    pattern = [=[^(?:<<iso>>|<<clock>>) +(?:\[[^\]]{0,80}\] +)?(?P<level><<level>>) +(?:\d+ +)?(?:--- +)?(?:\[[^\]]*\] +){0,3}(?:\([^)]*\) +)?(?P<service>[\w.$/-]{2,100}) *(?:\[\d+\])?[:-] +(?P<message>.*)]=],
    sample = [[2024-11-26 10:30:18,123 [http-nio-7] ERROR c.e.billing.Gateway - no answer after 5000 ms]],
    expect = { level = "error", service = "c.e.billing.Gateway", duration_ms = "5000" } },
  { name = "Python logging", need = levels, holds = { " - " },
    pattern = [=[^<<iso>> - (?P<service>[\w.-]+) - (?P<level><<level>>) - (?P<message>.*)]=],
    sample = [[2024-11-26 10:30:18,123 - shop.stock - WARNING - sku 7 is gone]],
    expect = { level = "warn", service = "shop.stock" } },
  { name = "Python basic", need = levels,
    pattern = [=[^(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<service>[\w.-]+):(?P<message>.*)]=],
    sample = [[ERROR:shop.stock:sku 7 is gone]],
    expect = { level = "error", service = "shop.stock" } },
  { name = "bracketed time and level", need = levels,
    pattern = [=[^\[<<iso>>\] *(?:\[?(?:[\w-]+\.)?(?P<level>(?i:<<level>>|INF|WRN|DBG|FTL))\]?):? +(?:\[\d+\] +)?(?:\[?(?P<service>[\w.:-]{2,100})\]?: +)?(?P<message>.*)]=],
    sample = [=[[2024-11-26 10:30:18.123 +00:00] [ERR] [79] Shop.Users.Manager: cannot open the session store]=],
    expect = { level = "error", service = "Shop.Users.Manager" } },
  { name = "time, level, message", need = levels,
    pattern = [=[^<<iso>>[ |:-]+(?:\[[^\]]{1,60}\] +){0,2}[\[(|]?(?P<level>(?i:<<level>>|INF|WRN|DBG|FTL))[\])|]?[: |]+(?P<message>.*)]=],
    sample = [[2024-11-26T10:30:18Z ERROR cannot reach payment-gateway]],
    expect = { level = "error" } },
  { name = "component in brackets",
    pattern = [=[^\[(?!(?i:<<level>>)\])(?P<service>[A-Za-z][\w.-]{1,60})\] (?P<message>.*)]=],
    sample = [[[billing] retrying]],
    expect = { service = "billing" } },
}

local events = {
  -- sshd and what speaks like it. The name is the client's own text: it ends at the last " from ADDRESS".
  { name = "sshd login", need = { "password for", "publickey for", "/pam for", "gssapi", "hostbased for", "none for" },
    pattern = [=[\b(?P<outcome>Accepted|Failed) (?:password|publickey|keyboard-interactive/pam|gssapi-\S+|hostbased|none) for (?:(?:invalid|illegal) user )?(?P<user_id>.{0,256}) from (?P<ip><<ip>>)(?: port \d+)?\b]=],
    sample = [[Nov 26 10:30:18 web01 sshd[4711]: Failed password for invalid user oracle from 203.0.113.9 port 50412 ssh2]],
    expect = { user_id = "oracle", ip = "203.0.113.9", outcome = "failure", host = "web01", service = "sshd" } },
  { name = "sshd unknown user", need = { "invalid user", "illegal user" },
    pattern = [=[\b(?:[Ii]nvalid|[Ii]llegal) user (?P<user_id>.{0,256}?) ?(?:from )?(?P<ip><<ip>>)(?: port \d+)?(?:: \d+: .*| \[preauth\])?$]=],
    sample = [[Nov 26 10:30:18 web01 sshd[4711]: Invalid user from 192.0.2.1 from 203.0.113.9 port 50412]],
    expect = { ip = "203.0.113.9", user_id = "from 192.0.2.1" } },
  { name = "connection by user", need = { "ing user ", "from user ", "by user " },
    pattern = [=[\b(?:from|by) (?:authenticating|invalid)? ?user (?P<user_id>\S+) (?P<ip><<ip>>) port \d+]=],
    sample = [[Nov 26 10:30:18 web01 sshd[4711]: Connection closed by authenticating user root 203.0.113.9 port 50412 [preauth]
]],
    expect = { user_id = "root", ip = "203.0.113.9" } },
  { name = "PAM session", need = { "session opened", "session closed" },
    pattern = [=[\bsession (?P<action>opened|closed) for user (?P<user_id>[^\s(]+)]=],
    sample = [[Nov 26 10:30:18 web01 sshd[4711]: pam_unix(sshd:session): session opened for user grace(uid=1000) by (uid=0)]],
    expect = { user_id = "grace", action = "opened" } },
  -- What the client chose stands in front of the address that the service itself wrote: the last one counts.
  { name = "PAM failure", need = { "rhost=" },
    pattern = [=[\bauthentication failure;.*? ruser=.*? rhost=(?:(?P<ip><<ip>>)|\S*)(?: +user=(?P<user_id>\S+).*)?\s*$]=],
    sample = [[Nov 26 10:30:18 web01 dovecot-auth: pam_unix(dovecot:auth): authentication failure; logname= uid=0 tty=dovecot ruser=x rhost=192.0.2.1 rhost=203.0.113.9  user=quinn]],
    expect = { ip = "203.0.113.9", user_id = "quinn" } },
  { name = "Exim client", need = { "authenticator failed for", " H=" },
    pattern = [=[.*(?:\bH=|authenticator failed for )(?:[^\s\[(]+ )?(?:\([^\n]*?\) )?\[(?P<ip><<ip>>)\](?::\d+)?[: ]]=],
    sample = [[2024-11-26 10:30:18 plain authenticator failed for ([192.0.2.1]) [203.0.113.9]: 535 Incorrect authentication data]],
    expect = { ip = "203.0.113.9" } },
  { name = "Sendmail client", need = { "relay=" },
    pattern = [=[\b(?:AUTH failure|ruleset=|arg1=).*\brelay=(?:\S+ )?\[(?P<ip><<ip>>)\]]=],
    sample = [[Nov 26 10:30:18 mail1 sm-mta[9]: oAQ: AUTH failure (LOGIN): user=x, relay=[192.0.2.1], relay=[203.0.113.9] ]],
    expect = { ip = "203.0.113.9" } },
  { name = "Dovecot client", need = { ", rip=" },
    pattern = [=[\b(?:user=<(?P<user_id>[^,>\n]*)[^\n]*)?, rip=(?P<ip><<ip>>), lip=(?![^\n]*, rip=)]=],
    sample = [[Nov 26 10:30:18 mail1 dovecot: imap-login: Aborted login (auth failed, 1 attempts in 2 secs): user=<uma, rip=192.0.2.1, lip=192.0.2.2>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.1, TLS]],
    expect = { ip = "203.0.113.9", user_id = "uma" } },
  { name = "nginx user", need = { ", client: " },
    pattern = [=[\buser "(?P<user_id>[^"]{0,128})".*, client: (?P<ip><<ip>>), server: ]=],
    sample = [[2024/11/26 10:30:18 [error] 29#29: *7 user "x": password mismatch, client: 192.0.2.1, server: a, request: "": was not found in "/p", client: 203.0.113.9, server: shop, request: "GET / HTTP/1.1"]],
    expect = { ip = "203.0.113.9", user_id = "x" } },
  { name = "xrdp", need = { "AUTHFAIL: user=" },
    pattern = [=[\bAUTHFAIL: user=(?P<user_id>.*) ip=(?:::ffff:)?(?P<ip><<ip>>) time=]=],
    sample = [[Nov 26 10:30:18 desk1 xrdp-sesman[9]: [INFO ] AUTHFAIL: user=x ip=192.0.2.1 time=1 ip=::ffff:203.0.113.9 time=1732617018]],
    expect = { ip = "203.0.113.9" } },
  { name = "Drupal", need = { "Login attempt failed" },
    pattern = [=[\|user\|(?P<ip><<ip>>)\|.*\|Login attempt failed (?:for|from) (?P<user_id>.{1,128}?)\.?$]=],
    sample = [[Nov 26 10:30:18 web01 drupal: https://shop.example|1732617018|user|203.0.113.9|https://shop.example/user||0||Login attempt failed for Rosa Mai.]],
    expect = { ip = "203.0.113.9", user_id = "Rosa Mai" } },
  { name = "Asterisk security event", need = { "RemoteAddress=" },
    pattern = [=[\bSecurityEvent=.*\bAccountID="(?P<user_id>[^"]*)".*\bRemoteAddress="IPV\d/\w+/(?P<ip><<ip>>)/\d+"]=],
    sample = [[[2024-11-26 10:30:18] SECURITY[9] res_security_log.c: SecurityEvent="InvalidPassword",AccountID="100",LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/203.0.113.9/5060"]],
    expect = { ip = "203.0.113.9", user_id = "100" } },
  { name = "MikroTik firewall", need = { "firewall," },
    pattern = [=[\bfirewall,\w+ .*\bproto \w+.{0,40}?, \[?(?P<ip><<ip>>)\]?:\d+->]=],
    sample = [[2024-11-26T10:30:18.123Z 192.0.2.1 firewall,info drop input: in:ether1 out:(unknown 0), src-mac 00, proto TCP (SYN), 203.0.113.9:4711->192.0.2.2:22, len 44]],
    expect = { ip = "203.0.113.9" } },
  { name = "WireGuard peer", need = { "wireguard: " },
    pattern = [=[\bwireguard: .*[ (]\[?(?P<ip><<ip>>)\]?:\d+\)?$]=],
    sample = [[Nov 26 10:30:18 gw kernel: [82.1] wireguard: wg0: Packet has unallowed src IP (192.0.2.3) from peer 1 (203.0.113.9:51820)]],
    expect = { ip = "203.0.113.9" } },
  { name = "Exchange protocol log", need = { ":25,", ":587,", ":465,", ":143,", ":993,", ":110,", ":995,", ":717," },
    pattern = [=[^\d{4}-\d\d-\d\dT<<clock>>Z,.{0,120}?,<<ip>>:\d{2,5},(?P<ip><<ip>>):\d+,]=],
    sample = [[2024-11-26T10:30:18.123Z,EX-1\Frontend,08DA,9,192.0.2.1:25,203.0.113.9:53722,>,535 5.7.3 Authentication unsuccessful,]],
    expect = { ip = "203.0.113.9" } },
  { name = "Oracle messaging", need = { "tr=\"TCP|" },
    pattern = [=[\btr="TCP\|<<ip>>\|\d+\|(?P<ip><<ip>>)\|\d+"]=],
    sample = [[<co ts="2024-11-26T10:30:18.99" tr="TCP|192.0.2.1|25|203.0.113.9|4299" ap="SMTP" mi="Bad password" us="sam@shop.example"/>]],
    expect = { ip = "203.0.113.9" } },
  { name = "su", need = { " su:", " su[", "su: " },
    pattern = [=[\b(?:su|su-l)\b.*?(?:FAILED SU )?\(to [^)\s]+\) (?P<user_id>[^\s]+) on ]=],
    sample = [[Nov 26 10:30:18 web01 su: FAILED SU (to root) heidi on pts/1]],
    expect = { user_id = "heidi" } },
  { name = "sudo", need = { "COMMAND=" },
    pattern = [=[\b(?:sudo|doas)(?:\[\d+\])?: +(?P<user_id>[^\s:]+) : .*?COMMAND=(?P<action>\S+)]=],
    sample = [[Nov 26 10:30:18 web01 sudo:    ivan : TTY=pts/0 ; PWD=/home/ivan ; USER=root ; COMMAND=/usr/bin/id]],
    expect = { user_id = "ivan", action = "/usr/bin/id" } },
  { name = "cron", need = { "CRON" },
    pattern = [=[\bCRON(?:D)?\[\d+\]: \((?P<user_id>[^)]+)\) CMD]=],
    sample = [[Nov 26 10:30:18 web01 CRON[4711]: (judy) CMD (run-parts /etc/cron.hourly)]],
    expect = { user_id = "judy" } },
  { name = "access log user", need = { "] \"" },
    pattern = [=[^(?:[\w.:*-]+ )?<<ip>>(?::\d+)? \S+ (?P<user_id>.{1,128}?) (?:\S+ )?\[\d\d/\w{3}/\d{4}:[^\]]+\] "]=],
    sample = [[203.0.113.9 - - [26/Nov/2024:10:30:18 +0000] "GET /?user=eve HTTP/1.1" 200 12 "-" "-"]],
    expect = { user_id = false } },
  { name = "S3 requester", need = { " REST.", " WEBSITE.", " BATCH.", " svc:s3" },
    pattern = [=[^\S+ \S+ \[\d\d/\w{3}/\d{4}:[^\]]+\] (?:<<ip>>|-) (?:svc:\S+|(?P<user_id>\S+)) \S+ [A-Z0-9]+\.[A-Z_]+\.]=],
    sample = [[79a59df900b949e5 shop-assets [26/Nov/2024:10:30:18 +0000] 203.0.113.9 - 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /shop-assets?user=eve HTTP/1.1" 200 - 113 - 7 - "-" "curl/8.5.0" -]],
    expect = { user_id = false, ip = "203.0.113.9" } },
  { name = "MySQL denied", need = { "for user '" },
    pattern = [=[for user '(?P<user_id>[^\n]*)'@'(?:(?P<ip><<ip>>)|[^']*)']=],
    sample = [[2024-11-26T10:30:18.123456Z 345 [Note] Access denied for user 'frank'@'192.0.2.1' x'@'203.0.113.9' (using password: NO)]],
    expect = { user_id = "frank'@'192.0.2.1' x", ip = "203.0.113.9" } },
  { name = "MySQL slow log", need = { "User@Host:" },
    pattern = [=[# User@Host: (?P<user_id>[^\[\s]+|\[[^\]]*\])(?:\[[^\]]*\])? @ +\S* *\[(?P<ip><<ip>>)?\]]=],
    sample = "# User@Host: kim[kim] @ localhost [127.0.0.1]  Id: 69195\n# Query_time: 2.237 Lock_time: 0.1",
    expect = { user_id = "kim", ip = "127.0.0.1", duration_ms = "2237" } },
  { name = "MySQL query time", need = { "Query_time:" },
    pattern = [=[# Query_time: +(?P<duration_s><<number>>)]=],
    sample = "# Query_time: 2.237  Lock_time: 0.000 Rows_sent: 1",
    expect = { duration_ms = "2237" } },
  { name = "PostgreSQL failed", need = { "authentication failed for user" },
    pattern = [=[authentication failed for user "(?P<user_id>[^"]*)"]=],
    sample = [[2024-11-26 10:30:18 UTC [4711] FATAL:  password authentication failed for user "mallory"]],
    expect = { user_id = "mallory", level = "critical" } },
  { name = "PostgreSQL role", holds = { "@" },
    need = { "LOG:", "ERROR:", "FATAL:", "STATEMENT:", "DETAIL:", "WARNING:", "HINT:" },
    pattern = [=[^\S.{10,120}?[ :](?P<user_id>[A-Za-z_][\w.$-]{0,62})@[\w.$-]{1,63}[: ].{0,40}?\b(?:LOG|ERROR|FATAL|PANIC|WARNING|STATEMENT|DETAIL|HINT):]=],
    sample = [[2024-11-26 10:30:18.123 UTC [4711] erin@shop ERROR:  deadlock detected]],
    expect = { user_id = "erin" } },
  { name = "SASL", need = { "sasl_username=", "set_id=" },
    pattern = [=[\b(?:sasl_username|set_id)=(?P<user_id>[^\s,)]+)]=],
    sample = [[2024-11-26 10:30:18 login authenticator failed for (x) [203.0.113.9]: 535 Incorrect authentication data (set_id=niaj)]],
    expect = { user_id = "niaj", ip = "203.0.113.9" } },
  { name = "vsftpd", need = { ": Client \"" },
    pattern = [=[(?:\[pid \d+\]|:) \[(?P<user_id>[^\n]+)\] (?:(?P<outcome>OK|FAIL) (?P<action>\w+)|FTP \w+): Client "(?P<ip><<ip>>)"]=],
    sample = [[Tue Nov 26 10:30:18 2024 [pid 27244] [olivia] FAIL LOGIN: Client "192.0.2.1" x] FAIL LOGIN: Client "203.0.113.9"]],
    expect = { user_id = "olivia] FAIL LOGIN: Client \"192.0.2.1\" x", outcome = "failure", action = "LOGIN", ip = "203.0.113.9" } },
  { name = "FTP user", need = { "(Login failed)", ": no such user", ": Login successful" },
    pattern = [=[\bUSER (?P<user_id>[^\s:]+)(?: \(Login failed\)|: (?:no such user|Login successful))]=],
    sample = [[Nov 26 10:30:18 ftp1 proftpd[5517]: ftp1 (203.0.113.9[203.0.113.9]) - USER peggy: no such user found from 203.0.113.9 [203.0.113.9] to 10.0.0.1:21]],
    expect = { user_id = "peggy", ip = "203.0.113.9" } },
  { name = "Samba", need = { "Auth: " },
    pattern = [=[Auth: .{0,80}? user \[[^\]]*\]\\\[(?P<user_id>[^\]]*)\] at .{0,300}? remote host \[ipv\d:(?P<ip><<ip>>):\d+\]]=],
    sample = [[  Auth: [SMB2,(null)] user [CORP]\[rupert] at [Tue, 26 Nov 2024 10:30:18 UTC] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [X] remote host [ipv4:203.0.113.9:44896] mapped to [CORP]\[rupert].]],
    expect = { user_id = "rupert", ip = "203.0.113.9" } },
  { name = "Apache user", need = { "AH01" },
    pattern = [=[\bAH01\d{3}: user (?P<user_id>.*?)(?::| not found)]=],
    sample = [[[Tue Nov 26 10:30:18 2024] [auth_basic:error] [pid 7] [client 203.0.113.9:50229] AH01617: user sybil: authentication failure for "/": Password Mismatch]],
    expect = { user_id = "sybil", ip = "203.0.113.9" } },
}

local extras = {
  -- Users.
  { name = "quoted user", need = { "user", "login", "account" }, holds = { '"' },
    pattern = [=[(?i)\b(?:user(?:[ _]?(?:name|id))?|login|account)(?: (?:input|named|with (?:user ?name|id|email)))?(?: is|:|=)? ?(?:"(?P<user_id>[^"\s][^"]{0,127})"|'[^']*')]=],
    sample = [[2024-11-26 10:30:18 ERROR: login failed for username "trent" from ip 203.0.113.9]],
    expect = { user_id = "trent", ip = "203.0.113.9" } },
  { name = "single-quoted user", need = { "user", "login", "account" }, holds = { "'" },
    pattern = [=[(?i)\b(?:user(?:[ _]?(?:name|id))?|login|account)(?: (?:input|named|with (?:user ?name|id|email)))?(?: is|:|=)? ?'(?P<user_id>[^'\s][^']{0,127})']=],
    sample = [[Unsuccessful 1FA authentication attempt by user 'victor': user not found]],
    expect = { user_id = "victor" } },
  { name = "user after a verb",
    need = joined({ "for ", "by ", "of ", "from ", "as ", "to ", "the ", "invalid ", "unknown ", "local ", "remote " },
      { "user", "account" }),
    pattern = [=[(?i)\b(?:for|by|of|from|as|to) (?:the )?(?:invalid |unknown |local |remote )?(?:user|username|account)[ :]+(?P<user_id>(?!from\b|is\b|was\b|with\b|at\b)[\w@.$+\\-]*\w)(?![\w@(/-])]=],
    sample = [[2024-11-26T10:30:18Z [AUTH] WARN: Incorrect username or password for user walter. IP=203.0.113.9]],
    expect = { user_id = "walter", ip = "203.0.113.9" } },
  { name = "user with a colon",
    need = { "username:", "user name:", "userid:", "user id:", "user_id:", "user:", "login:" },
    pattern = [=[(?i)(?<![\w/])(?:user ?name|user[_ ]?id|user|(?<![\w-])login):\s*(?:name=)?(?P<user_id>[\w@.$+\\-]*\w)]=],
    sample = [[WebAPI login failure. Reason: invalid credentials, attempt count: 2, IP: 203.0.113.9, username: zoe]],
    expect = { user_id = "zoe", ip = "203.0.113.9" } },
  { name = "user does something", need = { "user " },
    pattern = [=[(?i)\buser (?P<user_id>(?!name\b|id\b|not\b|is\b|was\b|has\b|agent\b|with\b|login\b|logged\b|authentication\b|session\b)[\w@.$+\\-]*\w) (?:\(\d+\) |logged|signed|failed|authenticated|not found|from|has|was|is|performed|requested|created|deleted|updated|changed|attempted|accessed|locked|tried|exceeded|disconnected|connected|details)\b]=],
    sample = [[2024-11-26 10:30:18 INFO user alice-7 logged in from 203.0.113.9]],
    expect = { user_id = "alice-7", ip = "203.0.113.9" } },
  { name = "login of someone", need = { "login", "authentication ", "authorization ", "auth failed", "auth failure" },
    pattern = [=[(?i)\b(?:failed (?:admin )?login(?: attempt)?|login (?:attempt )?(?:failed|failure|error|denied)|auth(?:entication|orization)? (?:failed|failure|error|request|denied)|login attempt failed)(?: attempt)?,? (?:for|from|by):? +(?:user(?:name)? +)?["']?(?P<user_id>(?!user\s|ip\b|host\b|address\b|\d{1,3}\.\d{1,3}\.)[\w@.$+\\-]*[\w])["']?]=],
    sample = [[[2024-11-26 10:30:18] Failed login for wendy@example.com, referer: http://shop.example/]],
    expect = { user_id = "wendy@example.com" } },
  { name = "name at address", need = { " from \\h", " from [", " from ip " },
    pattern = [=[\b(?:for|by|of|user) ["']?(?P<user_id>[\w@.$+-]*[\w])["']? from (?:ip )?\[?<<ip>>]=],
    sample = [[/index.php: Web GUI authentication error for 'yves' from 203.0.113.9]],
    expect = { user_id = "yves", ip = "203.0.113.9" } },

  -- Addresses: what is named before what merely stands there, the last "from" before others.
  { name = "named client", holds = ADDRESS, need = { "client", "rhost", "remote", "peer", "rip=", "source", "src" },
    pattern = [=[(?i)\b(?:client(?: ip| address| addr)?|remote(?:[ _](?:ip|host|addr(?:ess)?))?|peer|rhost|rip|src(?:[ _]?ip)?|source(?:[ _]ip| address)?)(?: ?[:=] ?| @\S+ | )[\["'(/]*(?P<ip><<ip>>)(?![\w:]*\.\w)]=],
    sample = [[2024/11/26 10:30:18 [error] 29#29: *7 upstream timed out (110), client: 203.0.113.9, server: 10.0.0.1]],
    expect = { ip = "203.0.113.9" } },
  { name = "from an address", holds = ADDRESS, need = { "from", "failed for" },
    pattern = [=[.*\b(?:[Ff]rom|failed for):?(?: ip| host| address| IP)? *[\["'(</]*(?P<ip><<ip>>)(?![\w.])]=],
    sample = [[refused connect from 192.0.2.1 on behalf of x from 203.0.113.9]],
    expect = { ip = "203.0.113.9" } },
  { name = "named address", holds = ADDRESS, need = { "ip:", "ip=", "ip ", "addr", "host" },
    pattern = [=[(?i)\b(?:ip(?:[ _-]?addr(?:ess)?)?|addr(?:ess)?|host)(?: is)? ?[:=]? ?[\["'(]*(?P<ip><<ip>>)(?![\w:]*\.\w)]=],
    sample = [[[vault] Username or password is incorrect. IP: 203.0.113.9. Username: x]],
    expect = { ip = "203.0.113.9" } },
  { name = "bracketed address", holds = joined({ "[", "(" }, ADDRESS_STARTS),
    pattern = [=[(?<!\()[\[(](?:ipv\d:)?(?P<ip>(?!127\.|::1\b)<<ip>>)(?:[:#]\d+)?(?:[\])]| )]=],
    sample = [[warning: unknown[203.0.113.9]: SASL LOGIN authentication failed]],
    expect = { ip = "203.0.113.9" } },
  { name = "any IPv4 address", holds = V4,
    pattern = [=[(?<![\w.-])(?:::ffff:)?(?P<ip>\d{1,3}(?:\.\d{1,3}){3})(?![\w.-]*\w\.|[\w-])]=],
    sample = [[blocked 203.0.113.9:443 by policy]],
    expect = { ip = "203.0.113.9" } },
  { name = "any IPv6 address", holds = { "::", "\\x\\x\\x:" },
    pattern = [=[(?<![\w.-])(?P<ip>(?=[0-9a-fA-F:]*[0-9a-fA-F]{3}:)(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6}|::1)(?![\w.-]*\w\.|[\w-])]=],
    sample = [[blocked 2001:db8::9 by policy]],
    expect = { ip = "2001:db8::9" } },

  -- Durations: with a name, then after a verb, then at the end of a line.
  { name = "named duration", need = DURATION_NAMES, -- "time" alone stands in every "timestamp"
    pattern = [=[(?i)\b(?:duration|elapsed(?:[ _]time)?|latency|(?:response|query|request|processing|execution|total|service|call|real|wall)[ _]?time|time(?:[ _]?(?:taken|elapsed|spent))|took|pause)["']?(?: was| of| is)?\s*[:=(]?\s*(?P<duration><<span>>)]=],
    sample = [[2024-11-26 10:30:18 WARN slow query: duration: 2000.1 ms  rows: 4]],
    expect = { duration_ms = "2000.1" } },
  { name = "after a verb",
    need = joined({ "took ", "after ", "within ", "exceeded ", "waited ", "for ", "lasted ", " in " }, { "\\d" }),
    pattern = [=[(?i)\b(?=[abcdefghiloprstuw])(?<!retry )(?<!retrying )(?<!expires )(?<!again )(?<!try )(?:took|after|within|exceeded|waited(?: for)?|lasted|(?:blocked|stalled|hung) for|(?:complet|finish|process|generat|load|return|respond|execut|handl|serv|render|start|initializ|commit|updat|fetch|read|scann|compil|persist)ed\b[^.;\n]{0,40}? in|(?:done|built|sent|ready|took|ran|OK) in) (?P<duration><<span>>)(?! (?:ago|left|remaining))]=],
    sample = [[2024-11-26 10:30:18 INFO report 7 finished in 2.5s]],
    expect = { duration_ms = "2500" } },
  { name = "slow operation", need = { "slow" },
    pattern = [=[(?i)\bslow[ _-]?(?:\w+ )?(?:query|statement|sql|command|transaction|request|response|operation|call|read|write)(?: detected| found)? ?[:(\[] ?(?P<duration><<span>>)(?! (?:ago|limit|threshold))]=],
    sample = [[2024-11-26 10:30:18 WARN slow query (1004 ms): SELECT id FROM orders]],
    expect = { duration_ms = "1004" } },
  { name = "bare number named", need = joined({ "time", "duration", "latency", "elapsed" }, { ":\\d", ": \\d" }),
    pattern = [=[(?i)\b(?:response[ _]?time|request[ _]?time|query[ _]?time|duration|latency|elapsed(?:[ _]time)?|time): ?(?P<duration>\d+\.\d+)\b(?! ?[a-z%/:])]=],
    sample = [["GET /v2/servers HTTP/1.1" status: 200 len: 1893 time: 0.2580]],
    expect = { duration_ms = "258" } },
  { name = "garbage collection", need = { "pause" },
    pattern = [=[\bPause [^\n]*? (?P<duration><<number>> ?ms)$]=],
    sample = [[[440.456s][info][gc] GC(2) Pause Full (Allocation Failure) 2047M->2011M(2048M) 5036.331ms]],
    expect = { duration_ms = "5036.331" } },
  { name = "span at the end", ends = { "\\ds", "\\dms", "\\dus", "\\dns", "\\dµs", "\\dμs" },
    pattern = [=[[ (](?P<duration>\d+(?:\.\d+)?(?:ms|[µμ]s|ns|us|s))[")\]]*$]=],
    sample = [[msg="POST /push (200) 3.125ms"]],
    expect = { duration_ms = "3.125" } },

  -- Requests.
  { name = "request line", need = { "HTTP/" },
    pattern = [=["(?P<method>[A-Z]{3,10}) (?P<path>\S+) HTTP/[\d.]+"(?:,? (?:status:? )?(?P<status>[1-5]\d\d)\b)?]=],
    sample = [[10.11.10.1 "GET /v2/servers/4711 HTTP/1.1" status: 200 len: 1893]],
    expect = { method = "GET", path = "/v2/servers/4711", route = "/v2/servers/{id}", status = "200" } },
  { name = "method and path", need = { "GET /", "POST /", "PUT /", "DELETE /", "PATCH /", "HEAD /", "OPTIONS /" },
    pattern = [=[\b(?P<method>GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) (?P<path>/[^\s"]*)(?:(?:"? (?:HTTP/[\d.]+"? )?(?=\d{3}(?:\s*$| [\d(\[A-Z-]| in \d))|[^\n]{0,40}?(?:\((?:HTTP/[\d.]+ )?|-> |=> |returned |status[ :=]*|: ))(?P<status>[1-5]\d\d)\b(?:(?: in| -)? \(?(?P<duration>\d+(?:\.\d+)? ?(?:ms|[µμ]s|us|ns|s)\b))?)?]=],
    sample = [[2024-11-26 10:30:18 ERROR POST /orders returned 503 after 30s]],
    expect = { method = "POST", path = "/orders", status = "503", duration_ms = "30000" } },
  { name = "named status", need = { "status", "code", "http ", "http_", "http:", "http=" },
    pattern = [=[(?i)\b(?:status(?:[ _]?code)?|http(?:[ _](?:status|code|error))?|response[ _]?code)(?: is| was| of)?[ :=]+(?P<status>[1-5]\d\d)\b]=],
    sample = [[upstream answered with HTTP 502, giving up]],
    expect = { status = "502" } },

  -- The rest.
  { name = "request id", need = joined({ "request", "correlation", "trace", "req" }, { "id", " id", "_id", "-id" }),
    pattern = [=[(?i)\b(?:request|correlation|trace|req)[-_ ]?id[ :=]+["'\[]?(?P<request_id>[\w.-]{6,64})]=],
    sample = [[2024-11-26 10:30:18 ERROR payment failed (request id: 7c1e9f2a-0b11)]],
    expect = { request_id = "7c1e9f2a-0b11" } },
  { name = "request named", need = { "req=", "request=", "trace=", "correlation=" },
    pattern = [=[(?i)(?<![\w.?&/-])(?:req|request|trace|correlation)=["']?(?P<request_id>(?=[\w-]*\d)[\w-]{4,64})(?![\w/.:-])]=],
    sample = [[2024-11-26 10:30:18 ERROR [req=ab12-7c] payment failed]],
    expect = { request_id = "ab12-7c", level = "error" } },
  { name = "request id in brackets", need = { "[req-" },
    pattern = [=[\[(?P<request_id>req-[\w-]{6,64})]=],
    sample = [[25746 INFO nova.api [req-1c34c9ba-7c24 u t] ok]],
    expect = { request_id = "req-1c34c9ba-7c24", level = "info" } },
  { name = "level word", need = levels,
    pattern = [=[^.{0,96}?(?=[ACDEFINPSTVW])(?<![\w.-])(?P<level><<level>>)(?![\w-]| ?=)]=],
    sample = [[nova-api.log 2024-11-26 10:30:18.985 25746 WARNING nova.wsgi [-] x]],
    expect = { level = "warn" } },
  { name = "level in brackets", need = levels,
    pattern = [=[(?i)^.{0,64}?[\[|<(](?:\w+[.:])?(?P<level><<level>>|inf|wrn|dbg|ftl)[\]|>)]]=],
    sample = [[10:30:18 [warn] queue is filling]],
    expect = { level = "warn" } },
}

local function with_parts(list)
  for _, entry in ipairs(list) do
    entry.pattern = entry.pattern:gsub("<<(%a+)>>", parts)
  end
  return list
end

local w3c_notes = { "#Version:", "#Software:", "#Date:", "#Start-Date:", "#End-Date:", "#Remark:" }
local zeek_notes = { "#separator ", "#set_separator\t", "#empty_field\t", "#unset_field\t", "#path\t", "#open\t", "#close\t",
  "#types\t" }

-- Logs whose columns are named by a line of the log. Their values are read under the names they have there, with the
-- keys of fields.lua; the line of names and the `notes` in front of or behind it are no records. The first entry that fits decides.
--   header      what the line of names begins with; without it: the source's first line, if it holds names only, with
--               those in `has`, or (no `has`) a time and another key of fields.lua, and if the next line has as many
--               values, with digits under a time
--   separator   between values; values may be quoted, unless it is a tab
--   absent      a value that stands for none
--   time, zone  the columns that make up the time, and what is put behind them
--   as          other keys for columns, where a product means something else than fields.lua does
--   percent     columns whose values are percent-encoded
--   shape       what a line begins with (0: any digit) whose columns are `always`, when no line named any
local columns = {
  { name = "CloudFront", header = "#Fields:", has = { "x-edge-location" }, notes = w3c_notes, separator = "\t", absent = "-",
    time = { "date", "time" }, zone = "Z", as = { ["time-taken"] = "duration_s" },
    percent = { "cs(User-Agent)", "cs(Cookie)", "cs-username" },
    sample = "#Version: 1.0\n" ..
      "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) x-edge-request-id time-taken\n" ..
      "2024-11-26\t10:30:18\tFRA56-P1\t512\t203.0.113.9\tGET\td1.example\t/cart/7\t502\tcurl/8.5.0%20(x)\tq1w2e3\t1.25",
    expect = { time = "2024-11-26T10:30:18.000Z", ip = "203.0.113.9", method = "GET", path = "/cart/7", status = "502",
      request_id = "q1w2e3", duration_ms = "1250" } },
  -- IIS counts milliseconds in time-taken.
  { name = "W3C extended", header = "#Fields:", notes = w3c_notes, separator = " ", absent = "-",
    time = { "date", "time" }, zone = "Z",
    sample = "#Software: Microsoft Internet Information Services 10.0\n" ..
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken\n" ..
      "2024-11-26 10:30:18 10.0.0.7 POST /cart/7 - 443 SHOP\\ada 203.0.113.9 curl/8.5.0 500 1250",
    expect = { time = "2024-11-26T10:30:18.000Z", ip = "203.0.113.9", user_id = "SHOP\\ada", method = "POST", path = "/cart/7",
      status = "500", duration_ms = "1250" } },
  { name = "Zeek", header = "#fields\t", notes = zeek_notes, separator = "\t", absent = "-",
    time = { "ts" },
    sample = "#separator \\x09\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tmethod\turi\tstatus_code\n#types\ttime\tstring\n" ..
      "1732617018.123456\tC1a2b3\t203.0.113.9\t10.0.0.7\tGET\t/cart\t404",
    expect = { time = "2024-11-26T10:30:18.123Z", ip = "203.0.113.9", method = "GET", path = "/cart", status = "404" } },
  { name = "VPC flow", has = { "srcaddr", "dstaddr" }, separator = " ", absent = "-",
    time = { "start" }, as = { action = "outcome" },
    shape = "0 000000000000 eni-",
    always = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
    sample = "version account-id interface-id srcaddr dstaddr start end action log-status\n" ..
      "2 123456789012 eni-0a1b2c3d 203.0.113.9 10.0.0.7 1732617018 1732617078 REJECT OK",
    expect = { time = "2024-11-26T10:30:18.000Z", ip = "203.0.113.9", action = "REJECT", outcome = "failure", user_id = false } },
  { name = "CSV", separator = ",", absent = "",
    sample = "Time,Level,User Name,Message\n" ..
      "2024-11-26T10:30:18Z,Error,ada,\"gateway said \"\"no\"\", 203.0.113.9\"",
    expect = { time = "2024-11-26T10:30:18.000Z", level = "error", user_id = "ada", ip = "203.0.113.9" } },
  { name = "CSV with semicolons", separator = ";", absent = "",
    sample = "Time;Level;User Name;Message\n" ..
      "2024-11-26T10:30:18Z;Error;ada;\"gateway said \"\"no; later\"\", 203.0.113.9\"",
    expect = { time = "2024-11-26T10:30:18.000Z", level = "error", user_id = "ada", ip = "203.0.113.9" } },
  { name = "tabs", separator = "\t", absent = "",
    sample = "time\tlevel\tuser\tmessage\n2024-11-26T10:30:18Z\terror\tada\tno answer from 203.0.113.9",
    expect = { time = "2024-11-26T10:30:18.000Z", level = "error", user_id = "ada", ip = "203.0.113.9" } },
}

return {
  formats = with_parts(formats), events = with_parts(events), extras = with_parts(extras), columns = columns,
  parts = parts,
}
