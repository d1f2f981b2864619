return {
  rule { id = "a.token", type = "Security", any = { [[\btoken (?P<kind>\w+) of (?P<user_id>\w+) (?P<value>\S+)]] } },
  rule { id = "a.words", type = "Error", any = { [[\bnever (?:seen|said) so\b]], [[\btoken refused$]] } },
  rule { id = "a.raises", type = "Error", any = { [[\braise\b]] }, match = function(event) return event.nothing.at_all end },
}
