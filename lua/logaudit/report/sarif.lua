--- SARIF 2.1.0 (OASIS), as code-scanning services read it: one run, a result for each finding. The rules stand behind
--- the results, since only then it is known which of them found something.

local encode = require "logaudit.encode"

local LEVELS <const> = { critical = "error", high = "error", medium = "warning", low = "note", info = "note" }
-- The scale of CVSS, from which GitHub takes critical, high, medium and low.
local SCORES <const> = { critical = "9.5", high = "8.0", medium = "5.5", low = "2.0", info = "0.0" }

-- What a result says beside its message and place.
local PROPERTIES <const> = {
  "type", "severity", "timestamp", "service", "host", "level", "user_id", "action", "outcome", "ip", "request_id",
  "duration_ms", "status", "method", "path", "route", "log_stream", "event_id", "fields", "count", "first", "last",
}

local M = {}

local rules, numbers, separator

-- A path as a relative URI reference: its letters stay, what means something else in a URI is written as %XX.
local function uri(source)
  return (source:gsub("[^%w%-._~/:@!$&'()*+,;=]", function(c)
    return ("%%%02X"):format(c:byte())
  end))
end

local function text_of(text)
  return text and { text = text } or nil
end

local function descriptor(f)
  return {
    id = f.rule_id,
    name = f.condition_name,
    shortDescription = text_of(f.condition_name or f.rule_id),
    fullDescription = text_of(f.description),
    helpUri = f.runbook and f.runbook:find "^https?://" and f.runbook or nil,
    defaultConfiguration = { level = LEVELS[f.severity] },
    properties = {
      tags = f.tags or { f.type }, ["security-severity"] = f.type == "Security" and SCORES[f.severity] or nil,
    },
  }
end

-- Results name a rule by its place in the list, counted from 0.
local function number_of(f)
  if not numbers[f.rule_id] then
    rules[#rules + 1] = descriptor(f)
    numbers[f.rule_id] = #rules - 1
  end
  return numbers[f.rule_id]
end

local function location(f)
  return {
    physicalLocation = {
      artifactLocation = { uri = uri(f.source) },
      region = { startLine = f.line_number, byteOffset = f.offset, snippet = { text = f.message } },
    },
  }
end

local function evidence(f)
  local list = {}
  for i, e in ipairs(f.evidence or {}) do
    list[i] = {
      id = i, message = { text = e.message or e.rule_id },
      physicalLocation = {
        artifactLocation = { uri = uri(e.source) }, region = e.line_number and { startLine = e.line_number },
      },
    }
  end
  return list[1] and list
end

local function properties(f)
  local some = {}
  for _, key in ipairs(PROPERTIES) do
    some[key] = f[key]
  end
  return some
end

function M.head(write)
  rules, numbers, separator = {}, {}, "\n"
  write '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"results":['
end

function M.finding(write, f)
  write(separator .. encode.encode {
    ruleId = f.rule_id,
    ruleIndex = number_of(f),
    level = LEVELS[f.severity],
    message = { text = f.title },
    locations = { location(f) },
    relatedLocations = evidence(f),
    fingerprints = { ["finding/v1"] = f.finding_id },
    partialFingerprints = { ["logaudit/v1"] = f.fingerprint },
    properties = properties(f),
  })
  separator = ",\n"
end

local function notification(level)
  return function(entry)
    local where = entry.source or entry.rule_id
    local text = entry.detail or entry.message
    return { level = level, message = { text = where and where .. ": " .. text or text } }
  end
end

local function each(list, make)
  local made = {}
  for i, entry in ipairs(list or {}) do
    made[i] = make(entry)
  end
  return made
end

function M.tail(write, result)
  local engine = result.engine or {}
  local driver = {
    name = "logaudit", version = engine.version, semanticVersion = engine.version, rules = rules,
  }
  local invocation = {
    executionSuccessful = result.complete, endTimeUtc = result.timestamp,
    toolExecutionNotifications = each(result.incomplete, notification "error"),
  }
  write(('\n],"tool":{"driver":%s},"columnKind":"unicodeCodePoints","invocations":[%s]}]}\n'):format(
    encode.encode(driver), encode.encode(invocation)))
end

return M
