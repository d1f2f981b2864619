return {
  { name = "a bell", pattern = [[^(?P<user_id>\w+) rings]], sample = "mia rings", expect = { user_id = "mia" } },
  { name = "a bell", pattern = [[^(?P<user_id>\w+) calls]], sample = "mia calls", expect = { user_id = "mia" } },
}
