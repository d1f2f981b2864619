return rule {
  id = 'bad.within', type = 'T',
  correlate = { on = { 'good.base' }, count = 2 },
}
