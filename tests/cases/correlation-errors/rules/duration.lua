return rule {
  id = 'bad.duration', type = 'T',
  correlate = { on = { 'good.base' }, within = '5 minutes', count = 2 },
}
