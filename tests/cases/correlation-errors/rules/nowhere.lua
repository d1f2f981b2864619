return rule {
  id = 'bad.nowhere', type = 'T',
  correlate = { on = { 'good.bose' }, within = '5m', count = 2 },
}
