return rule {
  id          = "security.tls_probe",
  title       = "TLS handshake of {ip} failed",
  type        = "Security",
  severity    = "low",
  description = "A client spoke no or bad TLS to a server, offered nothing in common, or left in the handshake: scanners and misfits, as the server saw them.",
  tags        = { "attack.t1595" },
  dedup       = { "host", "ip" },

  any = {
    [[\bSSL_(?:do_handshake|read|shutdown)\(\) failed\b.{0,400}\bwhile (?:SSL handshaking|waiting for request|closing request), client: (?P<ip>[0-9A-Fa-f.:]+)]],
    [=[(?P<ip>[0-9A-Fa-f.:]+):\d+ \[[^\]]{10,40}\] \S{1,100}/\S{1,60}: (?:SSL handshake failure|Timeout during SSL handshake|Connection closed during SSL handshake|Received something which does not look like a PROXY)]=],
    [[(?i)\b(?:disconnected (?:before auth was ready|during TLS handshake)|client didn't finish SASL auth|TLS handshaking: SSL_accept\(\)|SSL_accept\(\) failed)\b.{0,300}\brip=(?P<ip>[0-9a-f.:]+)]],
    [[\bSSL_accept(?: error)? from (?:\S{0,200}\[)?(?P<ip>[0-9A-Fa-f.]+|[0-9A-Fa-f:]+:[0-9A-Fa-f.:]*?)\]?(?::\d+)? ?: ]],
    [[(?i)\bclient (?P<ip>[0-9a-f]*[.:][0-9a-f.:]+) .{0,60}\b(?:no shared cipher|unsupported protocol|wrong version number|bad certificate)\b]],
    [[\b(?:peer did not return a certificate|no certificate returned by client|client certificate verification failed)\b]],
  },
  none = { access_line },

  tests = {
    { "each kind", log = {
      [[2024/11/26 10:15:02 [crit] 7#7: *9 SSL_do_handshake() failed (SSL: error:0A00006C:bad key share) while SSL handshaking, client: 203.0.113.9, server: 0.0.0.0:443]],
      [[203.0.113.9:4711 [26/Nov/2024:10:15:03.123] shop/1: SSL handshake failure (error:0A0000C1:no shared cipher)]],
      [[Nov 26 10:15:04 mail1 dovecot: imap-login: Disconnected (disconnected before auth was ready, waited 1 secs): user=<>, rip=203.0.113.9, lip=192.0.2.1]],
      [[Nov 26 10:15:05 mail1 postfix/smtpd[9]: SSL_accept error from unknown[203.0.113.9]: lost connection]],
      [[Nov 26 10:15:06 gw stunnel: LOG3[7]: handshake with 203.0.113.9: peer did not return a certificate]],
    }, expect = 5 },
    { "stunnel names the client", log = [[2024.11.26 10:15:06 LOG3[7:8]: SSL_accept from 203.0.113.9:4711 : 140890C7: error:140890C7:wrong version]],
      expect = { { ip = "203.0.113.9" } } },
    { "an upstream", log = [[2024/11/26 10:15:02 [error] 7#7: *9 SSL_do_handshake() failed (SSL: x) while SSL handshaking to upstream, client: 203.0.113.9]], expect = 0 },
    { "finished", log = [[2024-11-26 10:15:02 INFO TLS handshake with 203.0.113.9 finished]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "2024/11/26 10:15:02 [crit] 7#7: *9 SSL_do_handshake() failed (SSL: error:0A00006C:bad key share) while SSL handshaking, client: 203.0.113.9, server: 0.0.0.0:443"]], expect = 0 },
    { "ciphers: found", log = {
      [[2024-11-26 10:15:01 NOTICE TLS: client 203.0.113.9 offered no shared cipher]],
    }, expect = 1 },
    { "ciphers: harmless", log = {
      [[2024-11-26 10:15:01 INFO TLS: client 203.0.113.9 offered 12 ciphers]],
    }, expect = 0 },
  },
}
