--- What exceptions and a baseline kept out of a result, in a sentence: "6 suppressed (6 of shop.refused by exception
--- 'scanner')". nil when nothing was.

---@param result table
---@return string?
return function(result)
  local total, parts = (result.counts or {}).suppressed or 0, {}
  for i, entry in ipairs(result.summary.suppressed or {}) do
    local by = entry.reason and "exception '" .. entry.reason .. "'" or "the baseline"
    parts[i] = ("%d of %s by %s"):format(entry.count, entry.rule_id, by)
  end
  if total > 0 then
    return ("%d suppressed%s"):format(total, parts[1] and " (" .. table.concat(parts, ", ") .. ")" or "")
  end
end
