--- Names in a rule file that rules do not have. Lua finds them when the line runs; this finds them before.
---
--- It reads the tokens of the file: a name counts when it is no field (a.b, a:b), no key ({ a = 1 }), and is
--- declared nowhere in the file as a local, a parameter or a loop variable.

local source_text = require "logaudit.source_text"

local M = {}

local KEYWORDS = {}
for name in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
  true until while]]):gmatch "%a+" do
  KEYWORDS[name] = true
end

local function is_symbol(t, value)
  return t and t.kind == "symbol" and t.value == value
end

local function is_word(t, value)
  return t and t.kind == "word" and t.value == value
end

-- Adds the names from `at` on that a declaration lists: a, b, c
local function declare_list(list, at, declared)
  while list[at] and list[at].kind == "word" do
    declared[list[at].value] = true
    at = at + 1
    if is_symbol(list[at], "<") then -- an attribute
      at = at + 3
    end
    if not is_symbol(list[at], ",") then
      return
    end
    at = at + 1
  end
end

local function declare_parameters(list, at, declared)
  while list[at] and not is_symbol(list[at], "(") do
    at = at + 1
  end
  declare_list(list, at + 1, declared)
end

local function declarations(list)
  local declared = { _ENV = true, self = true }
  for i, t in ipairs(list) do
    if is_word(t, "local") then
      if is_word(list[i + 1], "function") then
        declare_list(list, i + 2, declared)
      else
        declare_list(list, i + 1, declared)
      end
    elseif is_word(t, "for") then
      declare_list(list, i + 1, declared)
    elseif is_word(t, "function") then
      declare_parameters(list, i + 1, declared)
    end
  end
  return declared
end

local function is_free_name(list, i)
  local t, before, after = list[i], list[i - 1], list[i + 1]
  if t.kind ~= "word" or KEYWORDS[t.value] or is_symbol(before, ".") or is_symbol(before, ":")
    or is_symbol(before, "::") or is_word(before, "goto") then
    return false
  end
  local is_key = is_symbol(after, "=") and (is_symbol(before, "{") or is_symbol(before, ",") or is_symbol(before, ";"))
  return not is_key
end

--- @param source string        the text of a rule file
--- @param environment table    what rules have
--- @return { line: integer, name: string }[]
function M.missing_names(source, environment)
  local list, found, seen = {}, {}, {}
  for kind, value, position in source_text.tokens(source) do
    list[#list + 1] = { kind = kind, value = value, position = position }
  end
  local declared = declarations(list)
  for i, t in ipairs(list) do
    local name = t.value
    if is_free_name(list, i) and not declared[name] and rawget(environment, name) == nil and not seen[name] then
      seen[name] = true
      found[#found + 1] = { line = source_text.line_of(source, t.position), name = name }
    end
  end
  return found
end

return M
