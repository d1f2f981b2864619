return rule {
  id = 'bad.ratio', type = 'T',
  correlate = { on = { 'good.base' }, by = { 'pod' }, within = '5m', ratio = { ge = 0.5 } },
}
