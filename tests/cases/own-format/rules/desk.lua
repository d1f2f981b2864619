return rule { id = "case.desk", type = "Stock", any = { [[\bstock desk\b]] } }
