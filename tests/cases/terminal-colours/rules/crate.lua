return rule { id = "case.crate", type = "Stock", any = { [[\bcrate is late\b]] } }
