return rule {
  id = "case.syntax",
  any = { "x" ,
