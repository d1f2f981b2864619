return rule {
  id = 'bad.half', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', count = 2.5 },
}
