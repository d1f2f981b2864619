return { ["net.owner"] = { except = { { where = { ip = { in_table = "egress" } }, reason = "ours" } } } }
