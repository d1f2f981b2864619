return rule {
  id          = "security.auth_failure_services",
  title       = "{service} refused {user_id}",
  type        = "Security",
  severity    = "medium",
  description = "Refused logins in words that only one kind of service uses: proxies, mail, Kerberos, RADIUS, databases, consoles, network devices. Plain words are in security.auth_failure.",
  tags        = { "attack.t1110", "attack.credential_access" },
  dedup       = { "host", "service", "user_id", "ip" },

  any = {
    -- "Login with username mia from 203.0.113.9 failed", "Login from '203.0.113.9' for user 'mia' might not have worked"
    [[(?i)\blog-?in (?:with|from|as|of) .{1,160}?\b(?:failed|might not have worked|was denied|rejected)\b]],
    [[(?i)\b(?:non-existent|unknown|restricted|unauthori[sz]ed) log-?in (?:as|for|attempt|from)\b|\blog-?in (?:disabled|restricted|refused) (?:for )?user\b]],
    [[(?i)\bfailed auth for (?P<user_id>\S+)|\bcommand not permitted for (?P<user>[^\s:]+)]],                                    -- doas
    [[\bFAIL: \S{1,40} (?:address|libwrap|time|service_limit|per_source_limit) from=(?P<ip>[0-9A-Fa-f.:]+)]],                  -- xinetd
    [[(?i)\bno acceptable authentication method\b|\bcould not access user "[^"\n]{1,100}"'s records\b]],                         -- SOCKS proxies
    [[\b(?:CLIENT_NOT_FOUND|PREAUTH_FAILED|CLIENT_REVOKED|CLIENT KEY EXPIRED|KDC_ERR_\w+)\b|\bpreauth \(\w+\) verify failure\b]],  -- Kerberos
    [[(?i)\bfatal error reading authentication information from client (?P<ip>[0-9a-f.:]+?):\d+->|\bre-?authentication failure\b]],
    [[\brole "(?P<user_id>[^"\n]{1,100})" (?:does not exist|is not permitted to log in)|\bpg_hba\.conf rejects connection for host "(?P<ip>[0-9A-Fa-f.:]+)"]],
    [[(?i)\bCould not retrieve user (?P<user_id>.{1,100}?) details\b|\bUser:? (?P<user>\S{1,100}) (?:doesn't|does not) exist\b|\buserinfo error - auth_\w+]],
    [[\bORA-(?:01017|28000|28001|01045)\b|\bTNS-1(?:2514|1189)\b|\*\s*establish \* [^*\n]{0,100} \* (?:1017|28000|12514|12518)\b|\bError: 18456, Severity: \d+\b]],
    [[(?i)\b(?:NOAUTH Authentication required|WRONGPASS\b)|\bDENIED Redis is running in protected mode\b]],
    [[(?i)\bnot allowed to talk to us\b|\bcleartext sessions (?:and weak ciphers )?are not accepted\b]],
    [[\bnot allowed (?:because|in SSH group)\b|\bROOT LOGIN REFUSED\b|\bAuthentication key \S{1,40} \S{1,100} revoked by file\b]],
    [[(?i)\b(?:rejected password for user|unable to log in for|cannot login|refused user|connection failed for) (?P<name>[^\s@]{1,100}?)(?: from (?P<ip>[0-9a-f.:]+)|@(?P<peer>[0-9a-f.:]+)| for service | - IP: (?P<addr>[0-9a-f.:]+))]],
    [[\bvchkpw-\w+: (?:vpopmail user not found|password fail|null password|invalid \w+)|\bpassword not accepted\b|\bresult=permfail\b|\bLogin Attempts Blocked\b|\bEnter a valid email or username and/or password\b]],
    [[(?i)\bpam_\w+\(\S{1,40}:auth\): (?:conversation failed|auth could not identify password)|\(\S{1,60}\) AUTH \((?:crontab|at|batch) command not allowed\)]],
    [[(?i)\brefused mount request from (?P<ip>[0-9a-f.:]+)|\bconnection from (?P<peer>[0-9a-f.:]+) on illegal port\b|\byou are not whitelisted on this server\b|\b(?:AUTHMGR-|DOT1X-|MAB-|SSH-)\d-\w*FAIL\b]],
    [[\bBad Rcon: ".{0,400}" from "(?P<ip>[0-9A-Fa-f.:]+?):\d+"]],                                                              -- game servers
    [[(?i)\bDigest: (?:unknown algorithm|invalid nonce|user `[^']{0,100}' in realm|nonce mismatch|uri mismatch|client used wrong)|\bAH0179\d: ]],   -- Apache
    [[(?i)\baudit: user is trying to login using "(?P<user_id>[^"\n]{1,200})"]],
    [[(?i)\baction="?log-?in(?: attempt)?"?,? .{0,120}\b(?:status|result|outcome)="?(?:failure|failed|denied)\b]],
    [[\b(?:PROXY|SOCKS[45]?|FTPPR|POP3P|SMTPP|TLSPR|ADMIN)\.\d+ \d{3}0[1-9] (?P<user_id>\S+) (?P<ip>[0-9A-Fa-f.:]+):\d+ ]],     -- 3proxy: codes of authentication
    [[%(?:SEC_LOGIN-\d-LOGIN_FAILED|ASA-\d-(?:113015|605004|109034|113005)|AUTH-\d: \S+LOGIN_FAILED|AAA-\d-LOGIN_FAILED)\b]],
  },
  none = {
    access_line,
    [[(?i)\bfail(?:ed|ures?)"?\s*[:=]\s*(?:0\b|false)|\b0 failed\b]],
    [[(?i)\b(?:User|Failed|Invalid) .{0,200}(?: from | for ).{0,200}\bnot allowed because\b|\bfailed log-?in\b|\blog-?in failed\b|\bauthentication (?:fail(?:ed|ure)|error)\b]],    -- security.auth_failure
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "each kind", log = {
      [[Nov 26 10:15:02 web tine20: WARN (4): Controller::login Login with username mia from 203.0.113.9 failed (-1)!]],
      [[Nov 26 10:15:03 web webmin[9]: Non-existent login as mia from 203.0.113.9]],
      [[Nov 26 10:15:04 bsd1 doas: command not permitted for mia: ls]],
      [[Nov 26 10:15:05 gw xinetd[9]: FAIL: telnet libwrap from=203.0.113.9]],
      [[Nov 26 10:15:06 gw danted[9]: block(1): 203.0.113.9.50185: error: client offered no acceptable authentication method]],
      [[Nov 26 10:15:07 kdc krb5kdc[9]: AS_REQ (4 etypes {18}) 203.0.113.9: CLIENT_NOT_FOUND: mia@R for krbtgt/R@R]],
      [[Nov 26 10:15:08 mail1 perdition[9]: Fatal Error reading authentication information from client 203.0.113.9:4711->192.0.2.1:993]],
      [[2024-11-26 10:15:09.123 UTC [9] mia@shop FATAL:  role "mia" does not exist]],
      [[Nov 26 10:15:10 cam web_php[9]: ERR [203.0.113.9] [Could not retrieve user mia details] at /usr/share/x/auth.php line 3]],
      [[2024-11-26 10:15:11 ERROR listener: ORA-28000: the account is closed]],
      [[2024-11-26 10:15:12 WARN redis: NOAUTH Authentication required.]],
      [[Nov 26 10:15:13 mon nrpe[9]: Host 203.0.113.9 is not allowed to talk to us!]],
      [[Nov 26 10:15:14 edge-1 sshd[9]: ROOT LOGIN REFUSED FROM 203.0.113.9 port 4711]],
      [[Nov 26 10:15:14 esx1 Hostd: Rejected password for user root from 203.0.113.9]],
      [[Nov 26 10:15:14 mail1 vpopmail[9]: vchkpw-smtp: vpopmail user not found mia@example.com:203.0.113.9]],
      [[Nov 26 10:15:14 app-1 sudo: pam_unix(sudo:auth): conversation failed]],
      [[Nov 26 10:15:14 nfs1 rpc.mountd[9]: refused mount request from 203.0.113.9 for /srv (/srv): unmatched host]],
      [[L 11/26/2024 - 10:15:15: Bad Rcon: "rcon 7 "x" from "192.0.2.1:1"" from "203.0.113.9:27005"]],
      [[[Tue Nov 26 10:15:16 2024] [error] [client 203.0.113.9] Digest: unknown algorithm `MD4' received: /priv]],
      [[[2024-11-26 10:15:17] local.INFO: AUDIT: User is trying to login using "mia@example.com" (203.0.113.9 -> POST:https://money.example/login)]],
      [[Nov 26 10:15:18 idx splunkd: action=login attempt, user=mia, status=failure, clientip=203.0.113.9]],
      [[26-11-2024 10:15:19 +0000 PROXY.3128 00004 mia 203.0.113.9:28783 0.0.0.0:0 0 0 0 GET http://shop.example/ HTTP/1.1]],
      [[Nov 26 10:15:20 fw %ASA-6-605004: Login denied from 203.0.113.9/4711 to inside:192.0.2.1/ssh for user "mia"]],
    }, expect = 23 },
    { "what a client said in an access log", log = [[Nov 26 10:15:02 web nginx: 203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "ROOT LOGIN REFUSED FROM 192.0.2.1"]], expect = 0 },
    { "the trailing address", log = [[L 11/26/2024 - 10:15:15: Bad Rcon: "rcon 7 "x" from "192.0.2.1:1"" from "203.0.113.9:27005"]], expect = { { ip = "203.0.113.9" } } },
    { "served", log = [[26-11-2024 10:15:19 +0000 PROXY.3128 00000 mia 203.0.113.9:28783 192.0.2.9:80 91 812 0 GET http://shop.example/ HTTP/1.1]], expect = 0 },
    { "counted", log = [[2024-11-26 10:15:02 INFO login from 12 hosts was denied 0 times, failed=0]], expect = 0 },
    { "said in plain words", log = [[2024-11-26 10:15:02 WARN login from 203.0.113.9 as mia: login failed, rejected]], expect = 0 },
    { "in detail", log = [[{"level":"debug","service":"cache","message":"NOAUTH Authentication required"}]], expect = 0 },
  },
}
