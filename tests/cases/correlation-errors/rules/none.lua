return rule {
  id = 'bad.none', type = 'T',
  correlate = { on = { 'good.base' }, within = '5m' },
}
