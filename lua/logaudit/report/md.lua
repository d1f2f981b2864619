--- The result as Markdown, for an issue, a chat or a wiki: figures, kinds of findings, users. Not each finding.

local plural = require "logaudit.report.plural"
local kinds = require "logaudit.report.kinds"
local marked = require "logaudit.report.marked"
local shown = require "logaudit.report.shown"
local suppressed = require "logaudit.report.suppressed"

local SAMPLE <const>, TITLE <const> = 300, 160 -- bytes of a text that is shown as code; of a title

local M = {}

-- What is Markdown or HTML in a text of the log is shown, not obeyed; a cell is one line.
local function cell(text)
  return (shown(tostring(text or "")):gsub("%s+", " "):gsub("[\\`*_{}%[%]<>#|~!@]", function(c)
    return c == "<" and "&lt;" or c == ">" and "&gt;" or c == "@" and "&#64;" or "\\" .. c
  end))
end

local function cut(text, most)
  return #text > most and text:sub(1, utf8.offset(text, 0, most) - 1) .. "..." or text
end

local function title_cell(text)
  return cell(cut(text, TITLE))
end

-- As code it is what it is, but for the bar and the mark that ends it.
local function code(text)
  text = shown(tostring(text or "")):gsub("%s+", " "):gsub("`", "'"):gsub("|", "\u{00A6}")
  text = cut(text, SAMPLE)
  return text == "" and "" or "`" .. text .. "`"
end

local function row(write, cells)
  write("| " .. table.concat(cells, " | ") .. " |\n")
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
  local findings, records, users = summary.total_findings, result.processed_logs, summary.unique_users
  write(("**%d %s** in %d %s%s; %d %s.\n"):format(findings, plural(findings, "findings"), records, plural(records, "records"),
    by[1] and " (" .. table.concat(by, ", ") .. ")" or "", users, plural(users, "users")))
  if suppressed(result) then
    write(("\n%s\n"):format(cell(suppressed(result))))
  end
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

local function commas(number)
  return (("%d"):format(number):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", ""))
end

-- `total`: how many entries there are, of which the list may hold fewer; `cells_of` gives the cells of one.
local function write_table(write, t, entries, total, cells_of)
  if not entries[1] then
    return
  end
  write(("\n### %s\n\n"):format(t.title))
  row(write, t.columns)
  write("|" .. ("---|"):rep(#t.columns) .. "\n")
  for i = 1, math.min(#entries, t.most) do
    row(write, cells_of(entries[i]))
  end
  if total > t.most then
    write(("\n%d more %s.\n"):format(total - t.most, plural(total - t.most, t.things)))
  end
end

local GROUPS <const> = {
  title = "What was found", things = "kinds", most = 50,
  columns = { "severity", "count", "what", "when (UTC)", "where", "sample" },
}

-- Many kinds of one rule: what they have in common, and the most frequent.
local function family_cells(f)
  local samples = {}
  for i = 1, math.min(#f.groups, 2) do
    local group = f.groups[i]
    samples[i] = commas(group.count) .. "x " .. (group.title == f.title and code(group.sample) or title_cell(group.title))
  end
  return { cell(f.severity), f.count, title_cell(f.title) .. marked(f) .. cell(f.whose) .. "<br>" .. code(f.rule_id), span(f),
           commas(f.kinds) .. " kinds", "such as " .. table.concat(samples, "<br>") }
end

local function kind_cells(g)
  if g.groups then
    return family_cells(g)
  end
  local where = g.sample_source and code(g.sample_source .. ":" .. (g.sample_line or "")) or ""
  return { cell(g.severity), g.count, title_cell(g.title) .. marked(g) .. "<br>" .. code(g.rule_id), span(g), where, code(g.sample) }
end

-- What is beyond the table's end, in kinds.
local function hidden_kinds(entries, unlisted)
  for i = GROUPS.most + 1, #entries do
    unlisted = unlisted + (entries[i].kinds or 1)
  end
  return unlisted
end

local USERS <const> = {
  title = "Who", things = "users", most = 20,
  columns = { "user", "records", "findings", "services", "addresses", "when (UTC)" },
}

local function user_cells(u)
  return { cell(u.user_id), u.records, u.findings, cell(table.concat(u.services or {}, ", ")),
           cell(table.concat(u.ips or {}, ", ")), span(u) }
end

-- Findings are shown by their groups.
M.most = 0

function M.head(write, result)
  write "## logaudit\n\n"
  write_figures(write, result)
  write_incomplete(write, result)
  local users, entries, unlisted = result.summary.users or {}, kinds(result, commas)
  write_table(write, GROUPS, entries, GROUPS.most + hidden_kinds(entries, unlisted), kind_cells)
  write_table(write, USERS, users, result.summary.unique_users, user_cells)
  write(("\n_%s, logaudit %s, audit `%s`_\n"):format(clock(result.timestamp), (result.engine or {}).version or "?",
    result.audit_id or "?"))
end

function M.finding() end

function M.tail() end

return M
