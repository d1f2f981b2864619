return rule {
  id = 'bad.alias', type = 'T',
  correlate = { on = { 'good.base' }, by = { ip = { ['other'] = 'src' } }, within = '5m', count = 2 },
}
