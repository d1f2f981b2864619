return {
  { name = "order", pattern = [=[^ORDER\|(?P<user_id>\w+)\|(?P<message>.*)]=],
    sample = "ORDER|mia|paid", expect = { user_id = "mia" } },
}
