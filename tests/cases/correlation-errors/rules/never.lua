return rule {
  id = 'bad.never', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', count = { eq = 0 } },
}
