return {
  rule {
    id = "net.foreign", type = "Security", title = "{user_id} from {country} ({site})", dedup = { "country" },
    lookup = {
      country = { table = "geoip", key = "ip", column = "country.iso_code" },
      site = { table = "net/office", key = "ip", column = "site" },
    },
    where = { country = { ne = "SE", exists = true }, level = { "info", "warn" } },
  },
  rule {
    id = "net.visitor", type = "Security", any = { [[login of (?P<who>\w+)]] },
    where = { ip = { in_table = { "nothing", "geoip" } } },
    unless = { ip = { in_table = "inside" } },
  },
  rule {
    id = "net.owner", type = "Error", where = { level = "error" }, title = "{service}: {owner}",
    lookup = { owner = { table = "owners", key = "service", column = "owner" },
      part = { table = "routes", key = "$.request.path", column = "part" } },
    match = function(event)
      local geo, place = lookup("geoip", event.ip), lookup("net/office", event.ip, "zone")
      local names = geo and geo["country.names.en"]
      return {
        severity = "low", calls = lookup("owners", event.service, "on call"), place = place, name = names,
        lat = geo and geo["location.latitude"], sub = geo and geo["subdivisions.0.iso_code"],
        asn = geo and geo["traits.asn"], proxy = lookup("geoip", event.ip, "traits.proxy"),
        none = lookup("owners", "nobody") == nil and lookup("owners", nil) == nil,
      }
    end,
  },
}
