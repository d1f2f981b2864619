--- Sigma rules as rule files.
---
--- All files are read first, because correlation rules name others: whether a rule is reported depends on them. What
--- cannot be translated faithfully is refused, with the reason.

local compile = require "logaudit.compile"
local correlation = require "logaudit.sigma.correlation"
local detection = require "logaudit.sigma.detection"
local header = require "logaudit.sigma.header"
local logsource = require "logaudit.sigma.logsource"
local node = require "logaudit.sigma.node"
local read_yaml = require "logaudit.yaml"
local shape = require "logaudit.sigma.shape"

-- Bytes: a reason may hold a pattern.
local MAX_REASON <const> = 1000

local Converter = {}
Converter.__index = Converter

--- A conversion of any number of files.
local function new()
  return setmetatable({
    rules = {},   -- { path, document, stem, place, id, name, sigma_id, map, problem }
    by_name = {}, -- by name and by Sigma's id
    ids = {},     -- of rules, in lower case: files of both cases are one on some systems
  }, Converter)
end

-- ---------------------------------------------------------------- reading

local function stem_of(path)
  local stem = path:match "([^/]*)$":gsub("%.[yY][aA]?[mM][lL]$", ""):gsub("[^%w_.-]", "_")
  return stem:sub(1, 150)
end

function Converter:unique_id(base)
  local id, count = base, 1
  while self.ids[id:lower()] do
    count = count + 1
    id = ("%s.%d"):format(base, count)
  end
  self.ids[id:lower()] = true
  return id
end

local function text_or_nil(document, key)
  local at = node.get(document, key)
  return at and at.kind == "scalar" and at.text ~= "" and at.text or nil
end

function Converter:add_document(path, document, count)
  local rule = { path = path, document = document }
  self.rules[#self.rules + 1] = rule
  if document.kind ~= "map" then
    rule.problem = { line = document.line, message = "a Sigma rule is a map, got " .. node.kind(document) }
    return
  end
  rule.name, rule.sigma_id = text_or_nil(document, "name"), text_or_nil(document, "id")
  rule.map = node.get(document, "correlation")
  rule.is_correlation = rule.map ~= nil
  local stem = stem_of(path)
  if count > 1 and rule.name then
    stem = stem .. "." .. rule.name:gsub("[^%w_.-]", "_"):sub(1, 80)
  end
  rule.id = self:unique_id("sigma." .. stem)
  for _, name in ipairs { rule.name or false, rule.sigma_id or false } do
    if name then
      rule.problem = self.by_name[name] and { line = document.line,
        message = ("the name or id '%s' is taken by a rule in %s"):format(name, self.by_name[name].path) } or rule.problem
      self.by_name[name] = self.by_name[name] or rule
    end
  end
end

--- Takes over a file; what is wrong with it is said by `results`.
---@param path string
---@param text string
function Converter:add(path, text)
  local read, message, line = read_yaml(text)
  local documents = {}
  for _, document in ipairs(read or {}) do
    documents[#documents + 1] = not node.is_null(document) and document or nil -- nothing between two "---"
  end
  for _, document in ipairs(documents) do
    self:add_document(path, document, #documents)
  end
  if #documents == 0 then
    self.rules[#self.rules + 1] = { path = path,
      problem = { line = line or 1, message = message and "YAML: " .. message or "there is no rule in it" } }
  end
end

-- ---------------------------------------------------------------- one rule

local FOREIGN <const> = {
  action = "collections (action: ...) are not translated",
  filter = "filters are not translated: put what they leave out into 'unless' of the rules, or into --overrides",
}

local function check_kind(document)
  for key, message in pairs(FOREIGN) do
    if node.get(document, key) then
      node.fail(node.entry(document, key), key, "%s", message)
    end
  end
  if not (text_or_nil(document, "title") or text_or_nil(document, "name")) then
    node.fail(document, "title", "it is missing")
  end
end

--- where = ..., unless = ... of a rule with a detection.
local function detection_text(document)
  local source, map = logsource.read(document), node.get(document, "detection")
  if not map or map.kind ~= "map" then
    node.fail(map or document, "detection", "a map was expected, got %s", node.kind(map))
  end
  local formula = detection.formula({
    names = function(field) return logsource.names(source, field) end,
    frame = function(field) return logsource.frame(source, field) end,
  }, map)
  local foreign = logsource.foreign(source, formula)
  if #foreign > 0 then
    formula = { kind = "and", formula, { kind = "not", { kind = "or", table.unpack(foreign) } } }
  end
  local where, unless = shape.rule_maps(formula)
  return ("  where = %s,\n"):format(shape.text(where)) .. (unless and ("  unless = %s,\n"):format(shape.text(unless)) or "")
end

--- The rule that a reference names, or a refusal.
function Converter:referenced(at)
  local name = node.text(at, "correlation.rules")
  local rule = name and self.by_name[name]
  if not rule then
    node.fail(at, "correlation.rules", "there is no rule '%s' among the files", name or "")
  elseif not self:text_of(rule) then
    node.fail(at, "correlation.rules", "the rule '%s' in %s is not translated", name, rule.path)
  end
  return rule
end

function Converter:correlation_text(rule)
  local rules, generate = {}, node.get(rule.map, "generate")
  for i, at in ipairs(correlation.references(rule.map)) do
    rules[i] = self:referenced(at)
  end
  local reports = generate ~= nil and node.scalar(generate) == true
  return ("  correlate = %s,\n"):format(correlation.text(rule.map, rules)), rules, reports
end

-- Only once the correlation is there: nothing else would be said of them.
local function mark_counted(rules, reports)
  for _, other in ipairs(rules or {}) do
    other.counted = true
    other.reported = other.reported or reports
  end
end

--- Why the text is no rule file, or nil. Rules that it is on are in other files.
local function problem_of(rule, text)
  local chunk, message = load(text, "=" .. rule.id, "t", { rule = function(t) return t end })
  if not chunk then
    return message
  end
  local compiler = compile.new()
  compiler:add_file(1, rule.id, rule.id, text, chunk)
  local failed = compiler.failed[1]
  local named = failed and failed.rule_id and failed.rule_id .. ": " or "" -- by an id that only the new file has
  return failed and failed.reason:sub(failed.reason:sub(1, #named) == named and #named + 1 or 1)
end

-- Where a rule's keys come from that Sigma calls otherwise.
local SAID_IN <const> = { where = "detection", unless = "detection", correlate = "correlation" }

--- What in the document a problem of the rule file is about: "tags: item 2: ..." of the second tag.
local function place_of(document, problem)
  local key, item = problem:match "^(%l+): item (%d+):"
  key = key or problem:match "^(%l+):"
  local entry = key and node.entry(document, SAID_IN[key] or key)
  local value = entry and entry.value
  return item and value and value.kind == "list" and value[tonumber(item)] or entry or document
end

local function file_text(rule, built)
  local counted = rule.counted and not rule.reported
    and "  report = false, -- correlations count it, and nothing else is said of it\n" or ""
  return ("%sreturn rule {\n%s%s%s  -- tests = { { \"a name\", log = \"a line of yours\", expect = 1 } },\n}\n"):format(
    built.comment, built.keys, counted, built.detects)
end

local function build(self, rule)
  check_kind(rule.document)
  local lines = {}
  for i, pair in ipairs(header.keys(rule.document, rule.id)) do
    lines[i] = ("  %s = %s,\n"):format(pair[1], pair[2])
  end
  local detects, on, reports
  if rule.map then
    detects, on, reports = self:correlation_text(rule)
  else
    detects = detection_text(rule.document)
  end
  local built = {
    comment = header.comment(rule.document, rule.path:match "([^/]*)$"), keys = table.concat(lines), detects = detects,
  }
  local problem = problem_of(rule, file_text(rule, built))
  if problem then
    node.fail(place_of(rule.document, problem), nil, "%s", problem)
  end
  mark_counted(on, reports)
  return built
end

--- Whether the rule is translated; else rule.problem says why.
function Converter:text_of(rule)
  if rule.built or rule.problem then
    return rule.built
  elseif rule.building then
    rule.problem = { line = rule.document.line, field = "correlation.rules", message = "the rule is on itself" }
    return nil
  end
  rule.building = true
  local ok, result = pcall(build, self, rule)
  if ok and not rule.problem then
    rule.built = result
  elseif not ok and type(result) ~= "table" then
    error(result, 0) -- not about the rule: out of memory, a mistake in here
  elseif not ok then
    rule.problem = rule.problem or result
  end
  return rule.built
end

-- ---------------------------------------------------------------- all of them

--- After all files: how many rules there are.
function Converter:link()
  for _, rule in ipairs(self.rules) do
    if rule.map then
      self:text_of(rule) -- and what it is on
    end
  end
  return #self.rules
end

local function refusal_text(rule)
  local problem = rule.problem
  local reason = (problem.field and problem.field .. ": " or "") .. problem.message
  if #reason > MAX_REASON then -- a long pattern: what is wrong with it stands at the end
    local front, back = reason:sub(1, MAX_REASON // 2), reason:sub(-MAX_REASON // 2)
    reason = front:gsub("[\x80-\xff]+$", "") .. " ... " .. back:gsub("^[\x80-\xff]+", "")
  end
  return ("%s:%d: %s"):format(rule.path, problem.line, reason):gsub("%c", " ")
end

--- Of the rule at this place: { id, text }, or { problem } in one line.
---@param place integer
function Converter:result(place)
  local rule = self.rules[place]
  if rule.building and not rule.built and not rule.problem then -- the call before was cut
    rule.problem = { line = rule.document.line, message = "translating it takes too long, or too much memory" }
  end
  local built = self:text_of(rule)
  if built then
    return { id = rule.id, text = file_text(rule, built) }
  end
  return { problem = (refusal_text(rule)) }
end

return { new = new }
