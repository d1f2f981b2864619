return rule {
  id = 'bad.kinds', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', count = 2, ratio = { ge = 1 } },
}
