return rule { id = "case.late", type = "Stock", any = { [[\bcrate is late\b]] } }
