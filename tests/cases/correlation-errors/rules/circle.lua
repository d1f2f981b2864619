return {
  rule { id = 'bad.a', type = 'T', correlate = { on = { 'bad.b' }, within = '5m', count = 2 } },
  rule { id = 'bad.b', type = 'T', correlate = { on = { 'bad.a' }, within = '5m', count = 2 } },
}
