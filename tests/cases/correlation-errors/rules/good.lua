return {
  rule { id = 'good.base', type = 'T', any = { 'failed' } },
  rule { id = 'good.top', type = 'T', correlate = { on = { 'good.base' }, within = '5m', count = 2 } },
}
