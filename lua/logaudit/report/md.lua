--- The result as Markdown, for an issue, a chat or a wiki: figures, kinds of findings, users. Not each finding.

local shown = require "logaudit.report.shown"

local SHOWN_GROUPS <const>, SHOWN_USERS <const>, SAMPLE <const> = 50, 20, 300

local M = {}

-- What is Markdown or HTML in a text of the log is shown, not obeyed; a cell is one line.
local function cell(text)
  return (shown(tostring(text or "")):gsub("%s+", " "):gsub("[\\`*_{}%[%]<>#|~!@]", function(c)
    return c == "<" and "&lt;" or c == ">" and "&gt;" or c == "@" and "&#64;" or "\\" .. c
  end))
end

-- As code it is what it is, but for the bar and the mark that ends it.
local function code(text)
  text = shown(tostring(text or "")):gsub("%s+", " "):gsub("`", "'"):gsub("|", "\u{00A6}")
  if #text > SAMPLE then
    text = text:sub(1, utf8.offset(text, 0, SAMPLE) - 1) .. "..."
  end
  return text == "" and "" or "`" .. text .. "`"
end

local function row(write, cells)
  write("| " .. table.concat(cells, " | ") .. " |\n")
end

local function head_row(write, names)
  row(write, names)
  write("|" .. ("---|"):rep(#names) .. "\n")
end

local function clock(iso)
  return iso and (iso:gsub("T", " "):gsub("%.%d+Z$", "")) or ""
end

local function span(entry)
  local first, last = clock(entry.first), clock(entry.last)
  return first == last and first or first .. " .. " .. (last:sub(1, 10) == first:sub(1, 10) and last:sub(12) or last)
end

local function write_figures(write, result)
  local summary, clocks = result.summary, result.clock or {}
  local by = {}
  for _, severity in ipairs { "critical", "high", "medium", "low", "info" } do
    local count = (summary.findings_by_severity or {})[severity]
    if count then
      by[#by + 1] = count .. " " .. severity
    end
  end
  write(("**%d findings** in %d records%s; %d users.\n"):format(summary.total_findings, result.processed_logs,
    by[1] and " (" .. table.concat(by, ", ") .. ")" or "", summary.unique_users))
  if clocks.earliest then
    write(("\n%s UTC\n"):format(span { first = clocks.earliest, last = clocks.latest }))
  end
end

local function write_incomplete(write, result)
  if result.complete then
    return
  end
  write "\n> **Incomplete:** not everything was read or judged.\n"
  for _, entry in ipairs(result.incomplete or {}) do
    write(("> - %s: %s %s\n"):format(cell(entry.reason), cell(entry.source or entry.rule_id), cell(entry.detail)))
  end
end

local function write_groups(write, result)
  local groups = result.groups or {}
  if not groups[1] then
    return
  end
  write "\n### What was found\n\n"
  head_row(write, { "severity", "count", "what", "when (UTC)", "where", "sample" })
  for i = 1, math.min(#groups, SHOWN_GROUPS) do
    local g = groups[i]
    local where = g.sample_source and code(g.sample_source .. ":" .. (g.sample_line or "")) or ""
    row(write, { cell(g.severity), g.count, cell(g.title) .. "<br>" .. code(g.rule_id), span(g), where, code(g.sample) })
  end
  if #groups > SHOWN_GROUPS then
    write(("\n%d more kinds.\n"):format(#groups - SHOWN_GROUPS))
  end
end

local function write_users(write, result)
  local users = result.summary.users or {}
  if not users[1] then
    return
  end
  write "\n### Who\n\n"
  head_row(write, { "user", "records", "findings", "services", "addresses", "when (UTC)" })
  for i = 1, math.min(#users, SHOWN_USERS) do
    local u = users[i]
    row(write, { cell(u.user_id), u.records, u.findings, cell(table.concat(u.services or {}, ", ")),
                 cell(table.concat(u.ips or {}, ", ")), span(u) })
  end
  if result.summary.unique_users > SHOWN_USERS then
    write(("\n%d more users.\n"):format(result.summary.unique_users - SHOWN_USERS))
  end
end

-- Findings are shown by their groups.
M.most = 0

function M.head(write, result)
  write "## logaudit\n\n"
  write_figures(write, result)
  write_incomplete(write, result)
  write_groups(write, result)
  write_users(write, result)
  write(("\n_%s, logaudit %s, audit `%s`_\n"):format(clock(result.timestamp), (result.engine or {}).version or "?",
    result.audit_id or "?"))
end

function M.finding() end

function M.tail() end

return M
