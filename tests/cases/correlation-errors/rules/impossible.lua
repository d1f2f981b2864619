return rule {
  id = 'bad.impossible', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', count = { ge = 3, le = 1 } },
}
