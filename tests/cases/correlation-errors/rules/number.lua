return rule {
  id = 'bad.number', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', count = 'five' },
}
