return rule {
  id = 'bad.measure', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', value = { field = 'n', gt = 2 } },
}
