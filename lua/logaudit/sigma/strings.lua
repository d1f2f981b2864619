--- Sigma's strings: texts with wildcards, as tests on fields and as regexes.
--
-- A string is a list of parts: texts, and the marks ANY (`*`), ONE (`?`) and DASH (what `windash` makes of a dash).

local M = {}

local ANY <const>, ONE <const>, DASH <const> = 1, 2, 3
M.ANY, M.ONE, M.DASH = ANY, ONE, DASH

local WILDCARDS <const> = { ["*"] = ANY, ["?"] = ONE }
local AS_REGEX <const> = { [ANY] = ".*", [ONE] = ".", [DASH] = "[-/–—―]" }
-- Of a rule's values (rule.lua); a longer one becomes a regex.
local MAX_LITERAL <const> = 1000

--- The parts of a text: `\*`, `\?` and `\\` stand for themselves, any other backslash is one.
---@param text string
---@return (string|integer)[]
function M.parse(text)
  local parts, plain, at = {}, {}, 1
  local function flush()
    if #plain > 0 then
      parts[#parts + 1] = table.concat(plain)
      plain = {}
    end
  end
  while at <= #text do
    local c, next_c = text:sub(at, at), text:sub(at + 1, at + 1)
    if c == "\\" and next_c:find "^[*?\\]" then
      plain[#plain + 1] = next_c
      at = at + 1
    elseif WILDCARDS[c] then
      flush()
      parts[#parts + 1] = WILDCARDS[c]
    else
      plain[#plain + 1] = c
    end
    at = at + 1
  end
  flush()
  return parts
end

--- The text of a string without marks; nil when it has some.
function M.plain(parts)
  for _, part in ipairs(parts) do
    if type(part) ~= "string" then
      return nil
    end
  end
  return table.concat(parts)
end

--- With `*` in front and behind, where asked for.
function M.open(parts, front, back)
  local out = table.move(parts, 1, #parts, 1, {})
  if front and out[1] ~= ANY then
    table.insert(out, 1, ANY)
  end
  if back and (out[#out] ~= ANY or #out == 1 and #parts == 0) then
    out[#out + 1] = ANY
  end
  return out
end

--- Dashes and slashes that begin a flag (none of letters, digits and _ before them, one behind) become DASH.
function M.windash(parts)
  local out = {}
  for _, part in ipairs(parts) do
    local from = 1
    for at, position in (type(part) == "string" and part or ""):gmatch "()[-/]()[%w_]" do
      local before = part:sub(at - 1, at - 1)
      if at == 1 or not before:find "[%w_]" then
        if at > from then
          out[#out + 1] = part:sub(from, at - 1)
        end
        out[#out + 1] = DASH
        from = position
      end
    end
    out[#out + 1] = type(part) == "string" and part:sub(from) or part
  end
  return out
end

-- ---------------------------------------------------------------- tests

-- Letters that have another case, of those that are not ASCII.
local CASED <const> = {
  { 0xB5, 0x587 }, { 0x10A0, 0x10FF }, { 0x13A0, 0x13FF }, { 0x1C80, 0x1CBF }, { 0x1D79, 0x1D8E }, { 0x1E00, 0x1FFF },
  { 0x2126, 0x2188 }, { 0x24B6, 0x24E9 }, { 0x2C00, 0x2D2F }, { 0xA640, 0xA7FF }, { 0xAB53, 0xABBF },
  { 0xFF21, 0xFF5A }, { 0x10400, 0x105BC }, { 0x10C80, 0x10CF2 }, { 0x118A0, 0x118DF }, { 0x16E40, 0x16E7F },
  { 0x1E900, 0x1E943 },
}

local function has_cased(text)
  if not text:find "[\x80-\xff]" then
    return false
  end
  for _, code in utf8.codes(text) do
    for _, range in ipairs(CASED) do
      if code >= range[1] and code <= range[2] then
        return true
      end
    end
  end
  return false
end

--- Texts that tests would compare as numbers with others that are not the same text: "7" with "007", "1e3", long hashes.
local function is_number(text)
  return text:find "^[-+.%d][-+.%deE]*$" and tonumber(text) ~= nil
end

local function escaped(text)
  return (text:gsub("[%^%$%*%+%?%.%(%)%[%]%{%}|\\]", "\\%0"):gsub("%c", function(c)
    return ("\\x%02x"):format(c:byte())
  end))
end

--- The regex of a string without flags, and whether it has wildcards.
local function regex_of(parts, front, back, from, to)
  local out, wild = { front and "" or "^" }, false
  for i = from, to do
    local part = parts[i]
    out[#out + 1] = AS_REGEX[part] or escaped(part)
    wild = wild or part == ANY or part == ONE
  end
  out[#out + 1] = back and "" or "\\Z"
  return table.concat(out), wild
end

--- The string as a regex for a text that it stands in the middle of, behind what the frame has before it; or nil: it has
--- characters that are never there. Without flags.
---@param parts (string|integer)[]
---@param frame { before: string, class: string, after: string, never: string }
---@return string|nil
function M.framed(parts, frame)
  local out = {}
  for i, part in ipairs(parts) do
    if type(part) == "string" and part:find(frame.never) then
      return nil
    end
    local any = i < #parts and frame.class .. "*" or "" -- nothing behind it: it need not be looked at
    out[i] = part == ANY and any or part == ONE and frame.class or AS_REGEX[part] or escaped(part)
  end
  return table.concat(out) .. (parts[#parts] ~= ANY and frame.after or "")
end

local OPS <const> = {
  [false] = { [false] = "eq", [true] = "prefix" }, [true] = { [false] = "suffix", [true] = "contains" },
}

--- What the string is as a test: "present", an operator and its value, or "re", the regex and its flags ("i", "s").
---@param parts (string|integer)[]
---@param cased boolean
---@return string op
---@return string|nil value
---@return string|nil flags
function M.test(parts, cased)
  local from, to = 1, #parts
  while parts[from] == ANY and from <= to do
    from = from + 1
  end
  while parts[to] == ANY and to > from do
    to = to - 1
  end
  local front, back = from > 1, to < #parts
  if from > to and #parts > 0 then
    return "present"
  end
  local text = M.plain(table.move(parts, from, to, 1, {}))
  local op = OPS[front][back]
  if text and not cased and #text <= MAX_LITERAL and not has_cased(text) and not (op == "eq" and is_number(text)) then
    return op, text
  end
  local regex, wild = regex_of(parts, front, back, from, to)
  return "re", regex, (cased and "" or "i") .. (wild and "s" or "")
end

return M
