--- Findings as CSV (RFC 4180): a line of names, then one finding a line. The columns are always these, in this order.

local encode = require "logaudit.encode"
local shown = require "logaudit.report.shown"

local COLUMNS <const> = {
  "finding_id", "fingerprint", "rule_id", "type", "severity", "title", "timestamp", "service", "host", "level",
  "user_id", "action", "outcome", "ip", "request_id", "duration_ms", "status", "method", "path", "route",
  "source", "line_number", "offset", "log_stream", "event_id", "message",
  "match_field", "match_pattern", "match_start", "match_end", "match_text", "condition_name", "fields",
  "count", "first", "last", "evidence", "description", "tags", "references", "owner", "runbook", "author",
  "rule_version", "rule_status",
}

-- A spreadsheet takes a cell that begins so for a formula, and logs hold what strangers wrote.
local FORMULA <const> = "^[=+%-@\t\r]"

local function cell(value)
  if value == nil then
    return ""
  elseif type(value) == "table" then
    value = encode.encode(value)
  elseif type(value) ~= "string" then
    return tostring(value)
  end
  value = shown(value)
  if value:find(FORMULA) then
    value = "'" .. value
  end
  if value:find '[,"\r\n]' then
    value = '"' .. value:gsub('"', '""') .. '"'
  end
  return value
end

local function line(cells)
  return table.concat(cells, ",") .. "\r\n"
end

local M = {}

function M.head(write)
  write(line(COLUMNS))
end

function M.finding(write, f)
  local match, cells = f.match or {}, {}
  for i, column in ipairs(COLUMNS) do
    local of_match = column:match "^match_(.*)"
    cells[i] = cell(of_match and match[of_match] or f[column])
  end
  write(line(cells))
end

function M.tail() end

return M
