--- The result as one HTML page that needs nothing else: no network, no other file. Everything that comes from a log is
--- text in it.

local kinds = require "logaudit.report.kinds"
local marked = require "logaudit.report.marked"
local page = require "logaudit.report.html_page"
local plural = require "logaudit.report.plural"
local shown = require "logaudit.report.shown"
local suppressed = require "logaudit.report.suppressed"
local time = require "logaudit.time"

local SEVERITIES <const> = { "critical", "high", "medium", "low", "info" }
local SHOWN_OF_FAMILY <const> = 20
local COLUMNS <const> = 60 -- of the timeline, at most

local M = {}

-- A reader looks through no more than this, and a browser stays quick; the most severe are kept.
M.most = 3000

local ESCAPES <const> = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local function escape(value)
  return (shown(tostring(value == nil and "" or value)):gsub("[&<>\"']", ESCAPES))
end

local function grouped(number)
  local text = ("%d"):format(number or 0):reverse():gsub("(%d%d%d)", "%1 "):reverse()
  return (text:gsub("^ ", ""))
end

local function clock(iso)
  return iso and escape((iso:gsub("T", " "):gsub("%.?%d*Z$", ""))) or ""
end

local function span(entry)
  local first, last = clock(entry.first), clock(entry.last)
  if first == last then
    return first
  end
  return first .. " &ndash; " .. (last:sub(1, 10) == first:sub(1, 10) and last:sub(12) or last)
end

local function badge(severity)
  return ('<span class="badge %s">%s</span>'):format(escape(severity), escape(severity))
end

local function place(source, line)
  return escape(source) .. (line and ":" .. line or "")
end

-- ---------------------------------------------------------------- the head: what the result says itself

local function tile(value, name, class)
  return ('<div class="tile %s"><b>%s</b>%s</div>'):format(class or "", grouped(value), name)
end

local function write_figures(write, result)
  local summary, by = result.summary, result.summary.findings_by_severity or {}
  write '<section class="tiles">'
  write(tile(summary.total_findings, plural(summary.total_findings, "findings")))
  for _, severity in ipairs(SEVERITIES) do
    if by[severity] then
      write(tile(by[severity], severity, severity))
    end
  end
  write(tile(summary.unique_users, plural(summary.unique_users, "users")))
  write(tile(result.processed_logs, plural(result.processed_logs, "records")))
  write "</section>"
  if suppressed(result) then
    write(('<p class="meta">%s</p>'):format(escape(suppressed(result))))
  end
end

local function write_incomplete(write, result)
  if result.complete then
    return
  end
  write '<section class="warning"><h2>Incomplete</h2><p>Not everything was read or judged.</p><ul>'
  for _, entry in ipairs(result.incomplete or {}) do
    write(("<li>%s: %s %s</li>"):format(escape(entry.reason), escape(entry.source or entry.rule_id),
      escape(entry.detail)))
  end
  write "</ul></section>"
end

local function lines_of(list)
  local lines = {}
  for i, line in ipairs(list or {}) do
    lines[i] = escape(line)
  end
  return table.concat(lines, "\n")
end

local function sample(group)
  local context = group.sample_context
  if not context then
    return "<pre>" .. escape(group.sample) .. "</pre>"
  end
  return ('<pre class="dim">%s</pre><pre>%s</pre><pre class="dim">%s</pre>'):format(lines_of(context.before),
    escape(group.sample), lines_of(context.after))
end

local function write_kind(write, g, title, inside)
  write(('<details class="row" data-severity="%s"><summary>%s<span class="count">%s&times;</span><b>%s</b>'):format(
    escape(g.severity), badge(g.severity), grouped(g.count), escape(title)))
  write(('<span class="meta">%s &middot; %s</span></summary>'):format(escape(g.rule_id), span(g)))
  inside()
  write "</details>\n"
end

local function write_group(write, g)
  write_kind(write, g, g.title .. marked(g), function()
    write(('%s<p class="meta">%s</p>'):format(sample(g), place(g.sample_source, g.sample_line)))
  end)
end

-- Many kinds of one rule, folded.
local function write_family(write, f)
  write_kind(write, f, f.title .. marked(f) .. f.whose, function()
    write(('<p class="meta">%s kinds, the most frequent:</p>'):format(grouped(f.kinds)))
    for i = 1, math.min(#f.groups, SHOWN_OF_FAMILY) do
      write_group(write, f.groups[i])
    end
  end)
end

local function write_groups(write, result)
  write '<section id="groups"><h2>What was found</h2>'
  local entries, unlisted = kinds(result, grouped)
  for _, entry in ipairs(entries) do
    (entry.groups and write_family or write_group)(write, entry)
  end
  if unlisted > 0 then
    write(('<p class="meta">%s more kinds are not listed in the result.</p>'):format(grouped(unlisted)))
  end
  write "</section>"
end

local function table_head(title, id, names)
  return ('<section id="%s"><h2>%s</h2><div class="scroll"><table><thead><tr><th>%s</th></tr></thead><tbody>\n')
    :format(id, title, table.concat(names, "</th><th>"))
end

local TABLE_END <const> = "</tbody></table></div></section>"

local function write_table(write, title, id, names, list, cells_of)
  if not (list and list[1]) then
    return
  end
  write(table_head(title, id, names))
  for _, entry in ipairs(list) do
    write("<tr><td>" .. table.concat(cells_of(entry), "</td><td>") .. "</td></tr>\n")
  end
  write(TABLE_END)
end

local function joined(list)
  return escape(table.concat(list or {}, ", "))
end

-- { login = 3, logout = 1 } -> "login 3, logout 1"
local function counted(counts)
  local names = {}
  for name in pairs(counts or {}) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    return counts[a] > counts[b] or counts[a] == counts[b] and a < b
  end)
  for i, name in ipairs(names) do
    names[i] = name .. " " .. grouped(counts[name])
  end
  return escape(table.concat(names, ", "))
end

local function write_lists(write, result)
  local summary = result.summary
  write_table(write, "Who", "users", { "user", "records", "findings", "services", "actions", "addresses", "when (UTC)" },
    summary.users, function(u)
      return { escape(u.user_id), grouped(u.records), grouped(u.findings), joined(u.services), counted(u.actions),
               joined(u.ips), span(u) }
    end)
  write_table(write, "Requests", "requests", { "request", "findings", "services", "rules", "users", "when (UTC)" },
    summary.requests, function(r)
      return { escape(r.request_id), badge(r.severity) .. " " .. grouped(r.findings), joined(r.services),
               joined(r.rules), joined(r.users), span(r) }
    end)
  write_table(write, "Sources", "sources", { "source", "records", "bytes", "read whole" }, result.sources, function(s)
    return { escape(s.uri), grouped(s.records), grouped(s.bytes), s.complete and "yes" or "<b>no</b>" }
  end)
  write_table(write, "Notes", "notes", { "code", "rule", "message" }, result.diagnostics, function(d)
    return { escape(d.code), escape(d.rule_id), escape(d.message) }
  end)
end

-- ---------------------------------------------------------------- the findings, and what is counted of them

local counting

local function count(f)
  local service = f.service or "-"
  counting.services[service] = counting.services[service] or {}
  counting.services[service][f.type] = (counting.services[service][f.type] or 0) + 1
  counting.types[f.type] = (counting.types[f.type] or 0) + 1
  local at = f.timestamp and time.parse(f.timestamp)
  if at then
    counting.times[#counting.times + 1] = { at, f.severity }
  end
end

local function details(f)
  local list = {}
  for _, key in ipairs { "rule_id", "description", "host", "request_id", "action", "outcome", "duration_ms", "status",
                         "method", "path", "log_stream", "rule_status", "runbook", "owner", "finding_id" } do
    if f[key] then
      list[#list + 1] = ("<dt>%s</dt><dd>%s</dd>"):format(key, escape(f[key]))
    end
  end
  for key, value in pairs(f.fields or {}) do
    list[#list + 1] = ("<dt>%s</dt><dd>%s</dd>"):format(escape(key), escape(value))
  end
  table.sort(list)
  return "<dl>" .. table.concat(list) .. "</dl>"
end

local function counted_table(write)
  local types, services = {}, {}
  for name in pairs(counting.types) do
    types[#types + 1] = name
  end
  for name in pairs(counting.services) do
    services[#services + 1] = name
  end
  table.sort(types)
  table.sort(services)
  local names = { "service" }
  for i, name in ipairs(types) do
    names[i + 1] = escape(name)
  end
  write_table(write, "By service", "services", names, services, function(service)
    local cells = { escape(service) }
    for i, name in ipairs(types) do
      local number = counting.services[service][name]
      cells[i + 1] = number and grouped(number) or ""
    end
    return cells
  end)
end

-- How many findings of each severity fall into each column.
local function columns_of(times)
  local first, last = math.huge, -math.huge
  for _, entry in ipairs(times) do
    first, last = math.min(first, entry[1]), math.max(last, entry[1])
  end
  local columns, most = {}, 1
  for i = 1, COLUMNS do
    columns[i] = { total = 0 }
  end
  for _, entry in ipairs(times) do
    local column = columns[(entry[1] - first) * (COLUMNS - 1) // math.max(last - first, 1) + 1]
    column[entry[2]] = (column[entry[2]] or 0) + 1
    column.total = column.total + 1
    most = math.max(most, column.total)
  end
  return columns, most, first, last
end

local function write_timeline(write)
  if not counting.times[1] then
    return
  end
  local columns, most, first, last = columns_of(counting.times)
  write '<section id="timeline"><h2>When</h2><svg viewBox="0 0 600 100" preserveAspectRatio="none" role="img">'
  for i, column in ipairs(columns) do
    local top = 100
    for _, severity in ipairs(SEVERITIES) do
      local height = (column[severity] or 0) * 96 / most
      if height > 0 then
        top = top - height
        write(('<rect class="%s" x="%d" y="%.1f" width="9" height="%.1f"/>'):format(severity, (i - 1) * 10, top, height))
      end
    end
  end
  write(('</svg><p class="axis"><span>%s</span><span>at most %s at once</span><span>%s UTC</span></p></section>'):format(
    clock(time.format(first)), grouped(most), clock(time.format(last))))
end

function M.head(write, result)
  counting = { services = {}, types = {}, times = {}, findings = 0 }
  local clocks = result.clock or {}
  write(page.HEAD)
  write(("<header><h1>logaudit</h1><p>%s%s &middot; audit %s</p></header><main>"):format(
    clocks.earliest and span { first = clocks.earliest, last = clocks.latest } .. " UTC &middot; " or "",
    grouped(#(result.sources or {})) .. " sources", escape(result.audit_id)))
  write_incomplete(write, result)
  write_figures(write, result)
  write(page.FILTER)
  write_groups(write, result)
  write_lists(write, result)
  write(table_head("Findings", "findings", { "when (UTC)", "severity", "what", "service", "user", "address", "where" }))
end

function M.finding(write, f)
  count(f)
  counting.findings = counting.findings + 1
  write(('<tr class="row" data-severity="%s"><td>%s</td><td>%s</td><td><details><summary>%s</summary><pre>%s</pre>%s')
    :format(escape(f.severity), clock(f.timestamp), badge(f.severity), escape(f.title) .. marked(f), escape(f.message), details(f)))
  write(("</details></td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"):format(escape(f.service),
    escape(f.user_id), escape(f.ip), place(f.source, f.line_number)))
end

function M.tail(write, result)
  write(TABLE_END)
  local left = result.summary.total_findings - counting.findings
  if left > 0 then
    write(('<p id="left" class="meta">The result has %s more %s, none of them graver.</p>'):format(grouped(left),
      plural(left, "findings")))
  end
  write_timeline(write)
  counted_table(write)
  write(page.tail(result))
end

return M
