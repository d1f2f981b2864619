--- The tokens of a regular expression: LPeg patterns, each of which gives the kind of the token, one value and the
--- position after it. A whole character class is a token, and so are a group's opening and a run of plain text.

local lpeg = require "lpeg"

local P, R, S, C, Cc, Cp, Ct = lpeg.P, lpeg.R, lpeg.S, lpeg.C, lpeg.Cc, lpeg.Cp, lpeg.Ct

--- Ends the parse.  `at` is a byte position; parse() makes it a code point.
local function fail(message, at)
  error({ message = message, at = at }, 0)
end

--- A name as Python's %r shows it.
local function quoted(name)
  local quote = name:find("'", 1, true) and not name:find('"', 1, true) and '"' or "'"
  return quote .. name:gsub("\\", "\\\\") .. quote
end

-- Escapes --------------------------------------------------------------------

local continuation = R "\128\191"
local character = R "\0\127" + R "\194\223" * continuation + R "\224\239" * continuation ^ 2
  + R "\240\244" * continuation ^ 3
-- What CPython reads in one go: an escaped bracket closes nothing, not even a comment.
local unit = P "\\" * character + (character - P "\\")
local digit, octal, hex = R "09", R "07", R("09", "af", "AF")
local digits = C(digit ^ 0)

local function simple_escape(at, letter)
  return fail("bad escape \\" .. letter, at)
end

local function hex_escape(letter, count)
  return Cp() * P("\\" .. letter) * C(hex ^ -count) / function(at, text)
    if #text < count then
      fail("incomplete escape \\" .. letter .. text, at)
    end
    local code = tonumber(text, 16)
    if code > 0x10FFFF then
      fail("bad escape \\" .. letter .. text, at)
    end
    return code
  end
end

local function octal_escape(at, text)
  local code = tonumber(text, 8)
  if code > 255 then
    fail("octal escape value \\" .. text .. " outside of range 0-0o377", at)
  end
  return code
end

local control = { a = 7, f = 12, n = 10, r = 13, t = 9, v = 11 }

--- A pattern that fails with `message`, `back` bytes before the place where it is reached.
local function fault(message, back)
  return Cp() / function(at) fail(message, at - (back or 0)) end
end

--- The same at the start of the token, which is the first extra argument of match().
local function unclosed(message)
  return lpeg.Carg(1) / function(start) fail(message, start) end
end

-- Where nothing else can be read, CPython complains of this before anything else.
local lone_backslash = P "\\" * -P(1) * fault("bad escape (end of pattern)", 1)

--- A name up to `close`: position and text. `what` is what CPython calls it.
local function name_until(close, what)
  local text = C((unit - P(close)) ^ 0) * lone_backslash ^ -1
  return Cp() * text * Cp() * (P(close) * Cc(true) + Cc(false)) / function(at, name, after, closed)
    if name == "" then
      fail("missing " .. what, after)
    elseif not closed then
      fail("missing " .. close .. ", unterminated name", at)
    end
    return { name = name, at = at }
  end
end

local function named_character(at, name)
  local code = require "logaudit.regex.names" (name.name)
  if not code then
    fail("undefined character name " .. quoted(name.name) .. " (only a few are known: write \\uXXXX)", at)
  end
  return code
end

-- The escapes that mean the same inside and outside of a class: a code point.
local common_escape = P "\\" * S "afnrtv" / function(text) return control[text:sub(2)] end
  + hex_escape("x", 2) + hex_escape("u", 4) + hex_escape("U", 8)
  + Cp() * P "\\N{" * name_until("}", "character name") / named_character
  + P "\\N" * fault "missing {"
  + Cp() * P "\\" * C(R("az", "AZ")) / simple_escape
local escaped_character = P "\\" * C(character) / utf8.codepoint
local category = P "\\" * C(S "dDsSwW")

-- A class ------------------------------------------------------------------

local class_escape = category
  + P "\\b" * Cc(8)
  + common_escape
  + Cp() * P "\\" * C(octal * octal ^ -2) / octal_escape
  + Cp() * P "\\" * C(digit) / simple_escape
  + escaped_character

local class_item = class_escape + (character - P "\\") / utf8.codepoint
local first_unit = C(unit)

local function class_range(low_text, low, high_text, high, after)
  if math.type(low) ~= "integer" or math.type(high) ~= "integer" or high < low then
    -- Of an escape CPython shows, and counts back from the end, two characters.
    local text = first_unit:match(low_text) .. "-" .. first_unit:match(high_text)
    fail("bad character range " .. text, after - #text)
  end
  return { low, high }
end

-- C() gives the text of an item and then its value.
local range = C(class_item) * "-" * C(class_item - P "]") * Cp() / class_range
local member = range + class_item / function(item)
  return type(item) == "number" and { item, item } or item
end

local class = P "[" * C(P "^" ^ -1) * Ct((member * (member - P "]") ^ 0) ^ -1)
  * (P "]" + lone_backslash + unclosed "unterminated character set")

-- Repeats --------------------------------------------------------------------

local function braces(low, comma, high)
  local min = low == "" and 0 or tonumber(low)
  if comma == "" then
    return min, low == "" and math.huge or min
  end
  return min, high == "" and math.huge or tonumber(high)
end

local repeat_count = P "*" * Cc(0, math.huge) + P "+" * Cc(1, math.huge) + P "?" * Cc(0, 1)
  + (P "{" * -P "}") * digits * C(P "," ^ -1) * digits * "}" / braces
local repetition = Ct(repeat_count * C(S "?+" ^ -1))

-- Group openings ---------------------------------------------------------------

local function unknown_extension(at, text)
  fail("unknown extension " .. text, at)
end

local ended = lone_backslash + -P(1) * fault "unexpected end of pattern"
local opening = P "(" * (
    P "?" * (
      P "P" * (
        P "<" * Cc "capture" * name_until(">", "group name")
        + P "=" * Cc "named_ref" * name_until(")", "group name")
        + ended
        + Cp() * C(unit) / function(at, text) unknown_extension(at - 2, "?P" .. text) end)
      + P ":" * Cc("plain", false)
      + P ">" * Cc("atomic", false)
      + P "=" * Cc("look", "") + P "!" * Cc("look", "!")
      + P "<=" * Cc("look", "<") + P "<!" * Cc("look", "<!")
      + P "<" * (ended + Cp() * C(unit) / function(at, text) unknown_extension(at - 2, "?<" .. text) end)
      + P "#" * (unit - P ")") ^ 0 * (P ")" + lone_backslash + unclosed "missing ), unterminated comment")
        * Cc("skip", false)
      + P "(" * Cc "cond" * name_until(")", "group name")
      + #S "iLmsxatu-" * Cc("flags", false)
      + ended
      + Cp() * C(unit) / function(at, text) unknown_extension(at - 1, "?" .. text) end)
    + Cc("capture", false))

-- A token: its kind, one value, the position after it -------------------------------

local escape = Cc "set" * category
  + Cc "at" * P "\\" * C(S "AbBZ")
  + Cc "code" * Cp() * P "\\" * C(P "0" * octal ^ -2 + octal * octal * octal) / function(kind, at, text)
      return kind, octal_escape(at, text)
    end
  + Cc "ref" * P "\\" * C(digit * digit ^ -1)
  + Cc "code" * (common_escape + escaped_character)
  + lone_backslash

local function token_of(skipped, plain)
  return (
    skipped * Cc("skip", false)
    + Cc "text" * C(plain ^ 1)
    + escape
    + Cc "class" * Ct(class)
    + Cc "rep" * repetition
    + Cc "text" * C(P "{")
    + Cc "any" * P "." * Cc(false)
    + Cc "at" * C(S "^$")
    + opening
    + #S "|)" * Cc("stop", false)
    + Cc("stop", false) * -P(1)
  ) * Cp()
end

local special = S "\\.^$*+?{[()|"
local space = S " \t\n\r\v\f"
local token = token_of(P(false), character - special)
local verbose_skip = space ^ 1 + P "#" * (unit - P "\n") ^ 0 * P "\n" ^ -1
local verbose_token = token_of(verbose_skip, character - special - space - P "#")

-- Names -------------------------------------------------------------------------

-- str.isidentifier() needs Unicode's tables; these are the symbols and spaces that
-- somebody could plausibly put into a name.
local odd_character = P "\194" * (R "\128\169" + R "\171\180" + S "\182\184\185" + R "\187\191")
  + P "\195\151" + P "\195\183" + P "\226" * R "\128\175" * continuation + P "\239\191\189"
  + P "\227\128" * R "\128\132" + P "\240\159" * continuation ^ 2
local letter = R("az", "AZ") + P "_" + (character - R "\0\127" - odd_character)
local identifier = letter * (letter + digit) ^ 0 * -P(1)

local function check_identifier(name)
  if not identifier:match(name.name) then
    fail("bad character in group name " .. quoted(name.name), name.at)
  end
end

return {
  fail = fail, quoted = quoted, check_identifier = check_identifier, identifier = identifier,
  token = token, verbose_token = verbose_token, first_unit = first_unit, lone_backslash = lone_backslash,
}
