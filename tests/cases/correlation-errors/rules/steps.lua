return rule {
  id = 'bad.steps', type = 'T',
  correlate = { within = '5m', sequence = { 'good.base' } },
}
