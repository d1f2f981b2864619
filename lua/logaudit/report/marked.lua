--- What stands behind the title of a finding, or of a kind of them, whose rule is experimental: --fail-on does not count
--- it, and nobody is notified of it.

---@param entry { rule_status: string|nil }
---@return string
return function(entry)
  return entry.rule_status == "experimental" and " (experimental)" or ""
end
