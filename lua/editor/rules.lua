---@meta logaudit
--- What rule files may use, for editors with the Lua language server (docs/rules.md says what it means). Nothing loads
--- this file; tests/lua/annotations_test.lua keeps it and the documentation the same.

---@alias logaudit.Severity "info"|"low"|"medium"|"high"|"critical"
---@alias logaudit.Value string|number|boolean
---@alias logaudit.Values logaudit.Value|logaudit.Value[]

--- Tests of one field; all must hold. On an absent field each is false, except `ne`, `exists = false`, `null = true`.
---@class logaudit.Test
---@field eq? logaudit.Values equal to one of them; text without case, numbers by value
---@field ne? logaudit.Values equal to none of them, or absent
---@field gt? number
---@field ge? number
---@field lt? number
---@field le? number
---@field re? string a regex that matches in it
---@field prefix? logaudit.Values without case
---@field suffix? logaudit.Values without case
---@field contains? logaudit.Values without case
---@field cidr? string|string[] an address in the network: "10.0.0.0/8"
---@field exists? boolean
---@field null? boolean absent or JSON's null (true), has a value (false)
---@field eq_field? string|string[] names of other fields, whose values count
---@field prefix_field? string|string[]
---@field suffix_field? string|string[]
---@field contains_field? string|string[]
---@field in_table? string

--- `any`, `all`, `none` with a list of maps are no fields: one, each, none of the maps must hold.
---@alias logaudit.Tests table<string, logaudit.Values|logaudit.Test|logaudit.Tests[]>

--- `{ "name", log = ..., expect = ... }`
---@class logaudit.RuleTest
---@field [1]? string its name
---@field name? string the same
---@field log string|table one or more lines, or a list of strings and such lists
---@field expect integer|table[] how many findings, or a list of partial ones, in order
---@field now? string the latest possible time for stamps without a year: "2024-11-26T12:00:00Z"
---@field data? table

--- At least one of `any`, `all`, `where`, `match` must be there; all parts that are there must hold.
---@class logaudit.Rule
---@field id? string unique; default: the path below the folder given, with dots
---@field type string `Error`, `Security`, `Performance`, `Microservice`, `UserActivity` or your own
---@field severity? logaudit.Severity default `medium`
---@field title? string `{name}` becomes a field or a captured group
---@field description? string
---@field owner? string
---@field runbook? string
---@field author? string
---@field status? "stable"|"experimental"|"test"|"deprecated"
---@field version? string|number
---@field tags? string[]
---@field references? string[]
---@field meta? table copied into the finding's `fields`
---@field raw? boolean what the texts of a JSON record do not hold is searched in its bytes
---@field condition_name? string for rules that were custom conditions
---@field enabled? boolean
---@field fallback? boolean for records in which no other rule found more than activity
---@field report? boolean `false`: correlations count its findings, and nothing else is said of them
---@field dedup? string[] names by which findings are grouped
---@field any? string[] regexes of Python's `re`: one must match
---@field all? string[] each must match
---@field none? string[] none may match
---@field where? logaudit.Tests|logaudit.Tests[] must hold; of a list: one of the maps
---@field unless? logaudit.Tests|logaudit.Tests[] must not hold
---@field match? fun(event: logaudit.Event, found: logaudit.Found[]): boolean|table|nil
---@field tests? logaudit.RuleTest[]
---@field correlate? logaudit.Correlate
---@field lookup? table

--- The finding is one of many records: docs/rules.md. One of count, distinct, sequence, together, value, ratio.
---@class logaudit.Correlate
---@field on? string|string[] ids of the rules whose matches count; without it the rule's own
---@field by? string|table fields that make the key; `name = "other"` where matches call it otherwise
---@field within string length of the window: "30s", "5m", "1h"
---@field quiet? string after it fired, the key's matches are ignored for so long
---@field weight? string the field that says how many occurrences a record stands for
---@field count? number|logaudit.Bounds
---@field distinct? { field: string, count: number|logaudit.Bounds }
---@field sequence? (string|string[])[] ids, in this order
---@field together? (string|string[])[] ids, in any order
---@field value? table field, one of p, avg, sum, max, and tests such as gt; min
---@field ratio? table tests such as ge; min
---@field versus? { previous: string, factor: number }

---@class logaudit.Bounds
---@field ge? number
---@field gt? number
---@field le? number
---@field lt? number
---@field eq? number
---@field ne? number

--- A match of one of the patterns in `any` and `all`, in their order.
---@class logaudit.Found
---@field pattern string
---@field field string the text that was searched
---@field text string
---@field start integer bytes of the field, from 1
---@field stop integer included
---@field groups table<string, string>

--- The record. Read-only, and only there during the call.
---@class logaudit.Event
---@field user_id? string
---@field user? string the same as `user_id`
---@field action? string
---@field outcome? "success"|"failure"
---@field service? string
---@field host? string
---@field level? "trace"|"debug"|"info"|"notice"|"warn"|"error"|"critical"
---@field ip? string
---@field request_id? string
---@field duration_ms? number
---@field status? integer
---@field method? string
---@field path? string
---@field route? string
---@field raw string the record's bytes
---@field message string
---@field source string
---@field line integer
---@field line_number integer the same as `line`
---@field offset integer
---@field kind "json"|"text"
---@field time? integer milliseconds since 1970
---@field timestamp? string ISO 8601
local Event = {}

--- A JSON value by its path (`a.b[0].c`); nil when it is absent, `null` for JSON's null.
---@param path string
---@return any
function Event:get(path) end

---@param path string
---@param default? string
---@return string|nil
function Event:str(path, default) end

---@param path string
---@param default? number
---@return number|nil
function Event:num(path, default) end

--- Always a list: the array; the one value; empty.
---@param path string
---@return any[]
function Event:list(path) end

---@param path string
---@return boolean
function Event:has(path) end

--- Returns its table.
---@param definition logaudit.Rule
---@return logaudit.Rule
function rule(definition) end

--- Plain text: no patterns.
---@class logaudit.text
text = {}

---@param s string|nil
---@param part string
---@param from? integer
---@return integer|nil start, integer|nil stop
function text.find(s, part, from) end

---@param s string|nil
---@param part string
---@return boolean
function text.contains(s, part) end

---@param s string|nil
---@param part string
---@return boolean
function text.starts(s, part) end

---@param s string|nil
---@param part string
---@return boolean
function text.ends(s, part) end

---@param s string|nil
---@param separator string
---@return string[]
function text.split(s, separator) end

---@param s string|nil
---@return string
function text.trim(s) end

---@param s string
---@return string
function text.lower(s) end

---@param s string
---@return string
function text.upper(s) end

---@param format string
---@param ... any
---@return string
function text.format(format, ...) end

--- A compiled regex.
---@class logaudit.Regex
local Regex = {}

---@param s string
---@return integer|nil start, integer|nil stop
function Regex:find(s) end

---@param s string
---@return table<string|integer, string>|nil
function Regex:captures(s) end

--- Python's `re` (3.11).
---@class logaudit.regex
regex = {}

--- Raises on a wrong pattern. Call it outside of `match`.
---@param pattern string
---@return logaudit.Regex
function regex.compile(pattern) end

---@param re logaudit.Regex
---@param s string
---@param from? integer
---@return integer|nil start, integer|nil stop
function regex.find(re, s, from) end

--- `{ name = text, [1] = text, [0] = whole }`
---@param re logaudit.Regex
---@param s string
---@return table<string|integer, string>|nil
function regex.captures(re, s) end

---@class logaudit.time
time = {}

--- Milliseconds since 1970.
---@param s string
---@return integer|nil
function time.parse(s) end

--- ISO 8601.
---@param ms number
---@return string
function time.format(ms) end

--- `{ a = true, b = true }`
---@param list string[]
---@return table<string, true>
function set(list) end

--- What `event:get` gives for JSON's null.
null = {}

--- The table of lua/logaudit/thresholds.lua.
---@type table<string, table<string, number>>
thresholds = {}

--- Pattern for a line of an access log, whose words a client chooses: `none = { access_line }`.
---@type string
access_line = ""

--- For tests: n lines, `@t` their time, `@n` their number.
---@param n integer
---@param step string such as "10s"
---@param s string
---@param options? { start: string }
---@return string[]
function series(n, step, s, options) end

---@param name string
---@param key string
---@return table|nil
function lookup(name, key) end

--- A text format, in a file for --formats.
---@class logaudit.Format
---@field name string
---@field pattern string begin it with `^`; its groups are fields
---@field need? string[] literals of which one must stand in the line
---@field sample string a line
---@field expect table<string, string|false> the fields that the sample must give
