--- OCSF 1.3 (Open Cybersecurity Schema Framework): each finding is an event of the class Detection Finding (2004), one
--- JSON object a line, as Security Lake and SIEMs take it in.

local encode = require "logaudit.encode"
local time = require "logaudit.time"

local VERSION <const> = "1.3.0"
local SEVERITIES <const> = {
  info = { 1, "Informational" }, low = { 2, "Low" }, medium = { 3, "Medium" }, high = { 4, "High" },
  critical = { 5, "Critical" },
}
local HOSTNAME <const>, IP_ADDRESS <const>, USER_NAME <const> = 1, 2, 4 -- types of observables
-- What has no place of its own in the class.
local UNMAPPED <const> = {
  "level", "action", "outcome", "request_id", "duration_ms", "status", "method", "path", "route", "log_stream",
  "event_id", "fields", "match", "owner", "runbook", "evidence",
}

local M = {}

local metadata, made_at

local function milliseconds(iso)
  return iso and time.parse(iso) or nil
end

-- Tags such as attack.t1110.001, attack.credential_access.
local function attacks(tags)
  local list = {}
  for _, tag in ipairs(tags or {}) do
    local technique = tag:match "^attack%.([tT]%d[%d.]*)$"
    if technique then
      list[#list + 1] = { technique = { uid = technique:upper(), name = technique:upper() } }
    end
  end
  return list[1] and list
end

local function observables(f)
  local list = {}
  local function add(name, kind, kind_name, value)
    if value then
      list[#list + 1] = { name = name, type_id = kind, type = kind_name, value = value }
    end
  end
  add("evidences[].src_endpoint.ip", IP_ADDRESS, "IP Address", f.ip)
  add("evidences[].actor.user.name", USER_NAME, "User Name", f.user_id)
  add("evidences[].device.hostname", HOSTNAME, "Hostname", f.host)
  return list[1] and list
end

local function evidences(f)
  return { {
    actor = f.user_id and { user = { name = f.user_id } },
    src_endpoint = f.ip and { ip = f.ip },
    data = { source = f.source, line_number = f.line_number, offset = f.offset, message = f.message },
  } }
end

local function finding_info(f, at)
  return {
    uid = f.finding_id,
    title = f.title,
    desc = f.description,
    types = { f.type },
    created_time = at,
    first_seen_time = milliseconds(f.first),
    last_seen_time = milliseconds(f.last),
    data_sources = { f.source },
    analytic = {
      uid = f.rule_id, name = f.condition_name or f.rule_id, type_id = 1, type = "Rule",
      version = f.rule_version and tostring(f.rule_version),
    },
    attacks = attacks(f.tags),
    src_url = f.runbook and f.runbook:find "^https?://" and f.runbook or nil,
  }
end

local function unmapped(f)
  local some = { fingerprint = f.fingerprint, time_is_of_the_audit = not f.timestamp or nil }
  for _, key in ipairs(UNMAPPED) do
    some[key] = f[key]
  end
  return some
end

function M.head(_, result)
  local engine = result.engine or {}
  made_at = milliseconds(result.timestamp)
  metadata = {
    version = VERSION, log_name = "logaudit", uid = result.audit_id,
    product = { name = "logaudit", vendor_name = "logaudit", version = engine.version },
  }
end

function M.finding(write, f)
  local severity, at = SEVERITIES[f.severity], milliseconds(f.timestamp) or made_at
  write(encode.encode {
    category_uid = 2, category_name = "Findings", class_uid = 2004, class_name = "Detection Finding",
    activity_id = 1, activity_name = "Create", type_uid = 200401, type_name = "Detection Finding: Create",
    time = at, severity_id = severity[1], severity = severity[2], status_id = 1, status = "New",
    count = f.count and math.tointeger(f.count) or nil,
    message = f.title,
    metadata = metadata,
    finding_info = finding_info(f, at),
    evidences = evidences(f),
    observables = observables(f),
    resources = (f.service or f.host) and { { name = f.service or f.host, type = f.service and "service" or "host" } },
    unmapped = unmapped(f),
  } .. "\n")
end

function M.tail() end

return M
