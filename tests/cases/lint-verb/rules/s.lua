return rule {
  id = "l.s", type = "Error", any = { [[some]] },
  title = " " }
