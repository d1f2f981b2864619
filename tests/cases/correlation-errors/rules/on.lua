return rule {
  id = 'bad.on', type = 'T',
  correlate = { within = '5m', count = 2 },
}
