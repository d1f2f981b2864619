return rule {
  id = 'bad.step', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', sequence = { 'good.base', 'good.top' } },
}
