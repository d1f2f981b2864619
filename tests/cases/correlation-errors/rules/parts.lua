return rule {
  id = 'bad.parts', type = 'T', any = { 'x' },
  correlate = { on = { 'good.base' }, within = '5m', count = 2 },
}
