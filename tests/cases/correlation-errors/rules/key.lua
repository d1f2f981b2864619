return rule {
  id = 'bad.key', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m', count = 2, quite = '5m' },
}
