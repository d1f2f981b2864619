--- Every key and function in the tables of docs/rules.md is in lua/editor/rules.lua, and the other way round.
-- Run from the root of the repository: LUA_PATH='lua/?.lua;;' lua5.4 tests/lua/annotations_test.lua

local passed, failed = 0, 0

local function check(good, message, ...)
  if good then
    passed = passed + 1
  else
    failed = failed + 1
    print("FAILED " .. message:format(...))
  end
end

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local documentation = read "docs/rules.md"
local annotations = read "lua/editor/rules.lua"
assert(load(annotations, "=lua/editor/rules.lua", "t", {}))

-- ---------------------------------------------------------------- the documentation

-- The text between a heading and the next one of any level.
local function section(heading)
  local _, stop = documentation:find("\n" .. heading .. "\n", 1, true)
  assert(stop, heading .. " is missing")
  return documentation:sub(stop, (documentation:find("\n#", stop) or 0) - 1)
end

local function each_code(text, visit)
  for code in text:gmatch "`([^`]+)`" do
    visit(code)
  end
end

-- The code in the first column of a section's tables.
local function first_column(heading, visit)
  for cell in section(heading):gmatch "\n| ([^|]*) |" do
    each_code(cell, function(code) visit(code, cell) end)
  end
end

local function is_word(code)
  return code:find "^[%a_]+$" and code ~= "true"
end

local documented = {} -- class or "function" -> set of names

local function add(class, name)
  documented[class] = documented[class] or {}
  documented[class][name] = true
end

for heading, class in pairs {
  ["## Keys"] = "logaudit.Rule", ["## Tests on fields: `where`, `unless`"] = "logaudit.Test",
} do
  first_column(heading, function(code)
    if is_word(code) then
      add(class, code)
    end
  end)
end
for row in section "## Text formats":gmatch "\n| ([^|]*) |" do
  each_code(row, function(code)
    if is_word(code) then
      add("logaudit.Format", code)
    end
  end)
end

-- "2. a normalised key: `user_id` (`user`), ... ;"
each_code(section "## Tests on fields: `where`, `unless`":match "a normalised key:(.-);", function(code)
  add("logaudit.Event", code)
end)
first_column("## `match(event, found)`", function(code)
  local name = code:match "^event[.:]([%a_]+)" or code == "line_number" and code
  if name then
    add("logaudit.Event", name)
  end
end)
for name in section "## `match(event, found)`":match "`{ (pattern, [%a, ]+) }`":gmatch "%a+" do
  add("logaudit.Found", name)
end

-- Rows that name parts of Lua itself are the language server's own business.
local LUA = { math = true, utf8 = true, table = true }
first_column("### What a rule file may use", function(code)
  local owner, name = code:match "^([%a_]+)[.:]([%a_]+)%("
  if owner == "re" then
    add("logaudit.Regex", name)
  elseif owner then
    add("global", owner .. "." .. name)
  elseif not LUA[code] then
    add("global", code:match "^[%a_]+")
  end
end)

-- ---------------------------------------------------------------- the annotations

local annotated, class = { global = {} }, nil
for line in annotations:gmatch "[^\n]+" do
  class = line:match "^%-%-%-@class ([%w._]+)" or class
  local owner, separator, name = line:match "^function ([%a_]+)([.:]?)([%a_]*)%("
  local field = line:match "^%-%-%-@field ([%a_]+)"
  if class then
    annotated[class] = annotated[class] or {}
  end
  if field then
    annotated[class][field] = true
  elseif separator == ":" then
    annotated["logaudit." .. owner][name] = true
  elseif owner then
    annotated.global[separator == "." and owner .. "." .. name or owner] = true
  elseif line:find "^[%a_]+ = [{\"]" then
    annotated.global[line:match "^[%a_]+"] = true
  end
end

-- ---------------------------------------------------------------- both

-- What the code knows and the documentation does not speak of yet.
local known = {}
for key in read("lua/logaudit/rule.lua"):match "local KEYS = (%b{})":gmatch "([%a_]+) = \"" do
  known[key] = true
end
local function may_be_annotated(in_class, name)
  return documented[in_class][name] or (in_class == "logaudit.Rule" and known[name])
    or documentation:find("`" .. name .. "(...)`", 1, true) -- announced
    or in_class == "global" and annotated["logaudit." .. name] -- text, regex, time: their functions are documented
end

for in_class, names in pairs(documented) do
  for name in pairs(names) do
    check((annotated[in_class] or {})[name], "%s: '%s' of docs/rules.md has no annotation", in_class, name)
  end
  for name in pairs(annotated[in_class]) do
    check(may_be_annotated(in_class, name), "%s: '%s' is annotated and not in docs/rules.md", in_class, name)
  end
end
for key in pairs(known) do
  check(annotated["logaudit.Rule"][key], "logaudit.Rule: '%s' of rule.lua has no annotation", key)
end
for key in read("lua/logaudit/testing.lua"):match "TEST_KEYS = (%b{})":gmatch "([%a_]+) = true" do
  check(annotated["logaudit.RuleTest"][key], "logaudit.RuleTest: '%s' of testing.lua has no annotation", key)
end

print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
