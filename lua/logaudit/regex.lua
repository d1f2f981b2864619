--- Regular expressions in the dialect of Python 3.11's `re`, for two engines.
--
-- PCRE2 gives the answer: the pattern is printed so that it finds what CPython's
-- re.search() finds on text.  Vectorscan finds the records worth asking about:
-- for it the pattern is printed in a weaker form, on bytes.
--
--   tokens.lua     pattern to tokens
--   parse.lua      tokens to tree, errors as CPython words and places them
--   pcre.lua       tree to PCRE2
--   prefilter.lua  tree to Vectorscan
--
-- Nothing here is slow on hostile patterns: length and nesting are bounded and
-- every step takes time in proportion to the pattern.

local parse = require "logaudit.regex.parse"
local print_pcre = require "logaudit.regex.pcre"
local prefilter = require "logaudit.regex.prefilter"

-- PCRE2 itself stops at 64 KiB of compiled pattern.
local MAX_BYTES <const> = 65536

---@class logaudit.regex.Group
---@field name string   a Python identifier
---@field index integer its number in the PCRE2 pattern, which names no groups

---@class logaudit.regex.Compiled
---@field pcre string                   for pcre2_compile with PCRE2_UTF | PCRE2_UCP and no other option
---@field groups logaudit.regex.Group[] the named groups, in order
---@field group_count integer           all capturing groups
---@field first string?                 bytes that a match at the start begins with (prefilter.first_bytes)
---@field weak string[][][]?            expressions that hit every record that matches (prefilter.weaken); nil: examine all
---@field caseless boolean              they ignore case
---@field min_literal integer           bytes of the longest literal that every match is sure to hold

local regex = {}

--- Goes into every Vectorscan database beside the weak expressions: without these a small one
--- misses matches.  Their hits mean nothing.
---@type string[]
regex.decoys = prefilter.decoys

local function code_points_before(text, at)
  return at and utf8.len(text, 1, at - 1)
end

--- Translates a pattern.
---@param pattern string UTF-8
---@return logaudit.regex.Compiled? compiled
---@return string? message    as CPython's re.error says it
---@return integer? position  code points before the fault; nil where CPython gives none
function regex.compile(pattern)
  if #pattern > MAX_BYTES then
    return nil, "pattern longer than " .. MAX_BYTES .. " bytes"
  end
  local valid, bad = utf8.len(pattern)
  if not valid then
    return nil, "pattern is not valid UTF-8", code_points_before(pattern, bad)
  end
  local ok, root, info = pcall(parse, pattern)
  if not ok then
    local fault = root
    if type(fault) ~= "table" then
      error(fault, 0) -- not about the pattern: out of memory, a mistake in here
    end
    return nil, fault.message, code_points_before(pattern, fault.at)
  end
  local weak, min_literal = prefilter.weaken(root)
  return {
    pcre = print_pcre(root),
    groups = info.named,
    group_count = #info.groups,
    first = prefilter.first_bytes(root, info),
    weak = weak,
    caseless = info.folds or false,
    min_literal = min_literal,
  }
end

return regex
