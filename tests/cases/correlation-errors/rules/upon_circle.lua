return rule { id = 'bad.upon', type = 'T', correlate = { on = { 'bad.a' }, within = '5m', count = 2 } }
