return rule {
  id = "call", title = "{call.name} of {user_id} failed with {errorCode} for {password} by {nobody}", type = "Error",
  where = { ["call.name"] = { exists = true } },
}
