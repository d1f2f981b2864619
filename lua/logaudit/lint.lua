--- Names in a rule file that rules do not have. Lua finds them when the line runs; this finds them before.
---
--- It reads the tokens of the file: a name counts when it is no field (a.b, a:b), no key ({ a = 1 }), and is
--- declared nowhere in the file as a local, a parameter or a loop variable. Of the libraries that rules have, members
--- that they lack count too (math.random), and the methods of strings (s:rep()).

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

-- math.random: of the libraries that rules have, what these do not have.
local function missing_member(list, i, declared, environment)
  local name, member = list[i].value, list[i + 2]
  local library = is_free_name(list, i) and not declared[name] and rawget(environment, name)
  if type(library) == "table" and is_symbol(list[i + 1], ".") and member and member.kind == "word"
    and library[member.value] == nil then
    return name .. "." .. member.value
  end
  return nil
end

local function is_literal(list, i)
  return list[i].kind == "text"
    or is_symbol(list[i], ")") and list[i - 1].kind == "text" and is_symbol(list[i - 2], "(")
end

-- Names that something in the file sets: { len = ... }, t.len = ..., function t.len(), function t:len()
local function own_members(list)
  local own = {}
  for i, t in ipairs(list) do
    local is_member = is_symbol(list[i - 1], ".") or is_symbol(list[i - 1], ":")
    if t.kind == "word" and (is_symbol(list[i + 1], "=") or is_member and is_word(list[i - 3], "function")) then
      own[t.value] = true
    end
  end
  return own
end

-- ("x"):rep(9), s:rep(9): strings have no methods here. Compiled patterns have `find`, and tables what the file gives
-- them.
local function missing_method(list, i, own)
  local name, call = list[i].value, list[i + 1]
  if list[i].kind ~= "word" or i < 3 or not is_symbol(list[i - 1], ":")
    or not (is_symbol(call, "(") or is_symbol(call, "{") or call and call.kind == "text") then
    return nil
  elseif is_literal(list, i - 2) or (string[name] and name ~= "find" and not own[name]) then
    return ("s:%s()"):format(name)
  end
  return nil
end

local function missing_at(list, i, declared, own, environment)
  local name = list[i].value
  if is_free_name(list, i) and not declared[name] and rawget(environment, name) == nil then
    return name
  end
  return missing_member(list, i, declared, environment) or missing_method(list, i, own)
end

--- @param source string        the text of a rule file
--- @param environment table    what rules have
--- @return { line: integer, name: string }[]
function M.missing_names(source, environment)
  local list, found, seen = {}, {}, {}
  for kind, value, position in source_text.tokens(source) do
    list[#list + 1] = { kind = kind, value = value, position = position }
  end
  local declared, own = declarations(list), own_members(list)
  for i, t in ipairs(list) do
    local name = missing_at(list, i, declared, own, environment)
    if name and not seen[name] then
      seen[name] = true
      found[#found + 1] = { line = source_text.line_of(source, t.position), name = name }
    end
  end
  return found
end

return M
