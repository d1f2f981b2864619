--- Values for Sigma's placeholders (`User|expand: '%Administrators%'`): a list for each name that your rules use.
--- A rule with a placeholder that is not here is not translated.

return {
  -- Administrators = { "root", "admin-*" },
}
