return rule {
  id = 'bad.self', type = 'T',
  correlate = { on = { 'bad.self' }, within = '5m', count = 2 },
}
