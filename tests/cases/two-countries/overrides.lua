return { ["security.user_from_several_countries"] = { enabled = true } }
