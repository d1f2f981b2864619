return rule {
  id = 'bad.versus', type = 'T',
  correlate = { within = '5m', sequence = { 'good.base', 'good.top' }, versus = { previous = '5m', factor = 2 } },
}
