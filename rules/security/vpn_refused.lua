return rule {
  id          = "security.vpn_refused",
  title       = "VPN peer {ip} refused",
  type        = "Security",
  severity    = "medium",
  description = "A VPN (OpenVPN, IPsec, WireGuard, PPP) turned a peer away: wrong keys, certificate, proposal or packets.",
  tags        = { "attack.t1133", "attack.t1110" },
  dedup       = { "host", "user_id", "ip" },

  any = {
    [[(?:(?P<ip>[0-9A-Fa-f.:]+):\d+ )?TLS (?:Auth )?Error: (?:TLS handshake failed|TLS key negotiation failed|TLS object|Auth Username/Password|incoming packet authentication failed|client-specific options|cannot locate HMAC|unroutable control packet)]],
    [[\bVERIFY (?:ERROR|KU ERROR|EKU ERROR|X509NAME ERROR|SCRIPT ERROR|CRL CHECK FAILED): ]],
    [[(?i)\bincoming packet (?:from|authentication) .{0,40}\bHMAC (?:authentication )?failed\b|\bAuthenticate/Decrypt packet error\b|\bbad packet length from peer\b]],
    [[\bEAP(?:[ -]method)? \S{1,24}(?: method)? failed for peer\b|\bCHAP peer authentication failed for (?P<user_id>\S+)|\bpeer refused to authenticate\b|\bPAP (?:peer )?authentication (?:failed|failure)]],
    [[\bno (?:shared|trusted \w+ public) key found for '.{0,200}' - '(?P<user_id>[^'\n]{0,200})']],
    [[\bno (?:IKE|peer|alternative peer) config found for \S{3,60}?\.\.\.(?P<ip>[0-9A-Fa-f.:]*[0-9A-Fa-f])|\breceived (?:AUTHENTICATION_FAILED|NO_PROPOSAL_CHOSEN|INVALID_KE_PAYLOAD) (?:error )?notify\b]],
    [[\bno (?:suitable|acceptable|matching) (?:connection|proposal|response)\b.{0,80}\b(?:for peer|found|chosen)\b|\bconstraint check failed\b]],
    [[\bwireguard: \S{1,20}: (?:Invalid (?:handshake initiation|MAC of handshake)|Packet has unallowed src IP).{0,120}[ (](?P<ip>[0-9A-Fa-f.]+|\[[0-9A-Fa-f:]+\]):\d+]],
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "each kind", log = {
      [[Nov 26 10:15:02 gw openvpn[9]: 203.0.113.9:4711 TLS Error: TLS handshake failed]],
      [[Nov 26 10:15:03 gw openvpn[9]: 203.0.113.9:4711 VERIFY ERROR: depth=0, error=revoked: CN=mia]],
      [[Nov 26 10:15:04 gw openvpn[9]: 203.0.113.9:4711 Authenticate/Decrypt packet error: bad packet ID]],
      [[Nov 26 10:15:05 gw charon: 10[IKE] EAP method EAP_MSCHAPV2 failed for peer mia]],
      [[Nov 26 10:15:06 gw charon: 10[IKE] no shared key found for '192.0.2.1' - '203.0.113.9']],
      [[Nov 26 10:15:07 gw charon: 10[IKE] no IKE config found for 192.0.2.1...203.0.113.9, sending NO_PROPOSAL_CHOSEN]],
      [[Nov 26 10:15:08 gw pluto[9]: "office"[1] 203.0.113.9 #1: no suitable connection for peer '203.0.113.9']],
      [[Nov 26 10:15:09 gw kernel: [82.1] wireguard: wg0: Invalid handshake initiation from 203.0.113.9:51820]],
    }, expect = 8 },
    { "the peer's outer address", log = [[Nov 26 10:15:09 gw kernel: [82.1] wireguard: wg0: Packet has unallowed src IP (192.0.2.3) from peer 1 (203.0.113.9:51820)]],
      expect = { { ip = "203.0.113.9" } } },
    { "for debugging", log = [[{"level":"debug","service":"vpn","message":"TLS Error: TLS handshake failed"}]], expect = 0 },
    { "connected", log = [[Nov 26 10:15:02 gw openvpn[9]: 203.0.113.9:4711 VERIFY OK: depth=0, CN=mia]], expect = 0 },
  },
}
