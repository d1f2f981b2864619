--- Tests of the parts that translate Sigma rules: strings, encodings, modifiers, conditions, the shape of `where`.
-- Run from the root of the repository: LUA_PATH='lua/?.lua;;' lua5.4 tests/lua/sigma_test.lua

local detection = require "logaudit.sigma.detection"
local encodings = require "logaudit.sigma.encodings"
local node = require "logaudit.sigma.node"
local parse_condition = require "logaudit.sigma.condition"
local shape = require "logaudit.sigma.shape"
local strings = require "logaudit.sigma.strings"

local passed, failed = 0, 0

local function same(what, got, want)
  if got == want then
    passed = passed + 1
  else
    failed = failed + 1
    print(("FAILED %s:\n  got  %s\n  want %s"):format(what, tostring(got), tostring(want)))
  end
end

-- ---------------------------------------------------------------- strings

-- A value, and the test it is: operator, operand, flags.
for _, case in ipairs {
  { [[Foo]], "eq Foo" }, { [[]], "eq " }, { [[*]], "present" }, { [[**]], "present" },
  { [[a*]], "prefix a" }, { [[*a]], "suffix a" }, { [[*a*]], "contains a" }, { [[a*c]], [[re ^a.*c\Z is]] },
  { [[?]], [[re ^.\Z is]] }, { [[*a?c]], [[re a.c\Z is]] }, { [[a\*c]], "eq a*c" }, { [[a\?c]], "eq a?c" },
  { [[C:\dir]], [[eq C:\dir]] }, { [[C:\\dir]], [[eq C:\dir]] }, { [[\\\\srv]], [[eq \\srv]] }, { [[\\srv]], [[eq \srv]] },
  { [[dir\\*]], [[prefix dir\]] }, { [[dir\\\*]], [[eq dir\*]] }, { [[a\]], [[eq a\]] }, { [[a.b(c)*d]], [[re ^a\.b\(c\).*d\Z is]] },
  { "a\nb", "eq a\nb" }, { "a\nb?", [[re ^a\x0ab.\Z is]] },
  { "Straße", [[re ^Straße\Z i]] }, { "😀", "eq 😀" }, { "–", "eq –" },
  { "4625", [[re ^4625\Z i]] }, { "0x17", "eq 0x17" },
  { "007", [[re ^007\Z i]] }, { "1e3", [[re ^1e3\Z i]] }, { "1.50", [[re ^1\.50\Z i]] },
  { ("12345678"):rep(4), "re ^" .. ("12345678"):rep(4) .. [[\Z i]] }, { "1e3*", "prefix 1e3" }, { "0", [[re ^0\Z i]] },
  { ("x"):rep(1001), "re ^" .. ("x"):rep(1001) .. [[\Z i]] },
} do
  same("test of " .. case[1], table.concat({ strings.test(strings.parse(case[1]), false) }, " "), case[2])
end
same("cased", table.concat({ strings.test(strings.parse "aB*", true) }, " "), "re ^aB ")
same("opened twice", table.concat({ strings.test(strings.open(strings.parse "*a", true, true), false) }, " "), "contains a")
for text, want in pairs {
  ["-a"] = [[^[-/–—―]a\Z]], ["x -a /b"] = [[^x [-/–—―]a [-/–—―]b\Z]], ["a-b"] = "a-b", ["- a"] = "- a", ["--a"] = [[^-[-/–—―]a\Z]],
  ["-a-b"] = [[^[-/–—―]a-b\Z]],
} do
  same("windash of " .. text, select(2, strings.test(strings.windash(strings.parse(text)), false)), want)
end

-- ---------------------------------------------------------------- encodings

for text, want in pairs { [""] = "", a = "YQ==", ab = "YWI=", abc = "YWJj", ["http://"] = "aHR0cDovLw==" } do
  same("base64 of " .. text, encodings.base64(text), want)
end
same("base64 offsets", table.concat(encodings.base64_offsets "http://", " "), "aHR0cDovL h0dHA6Ly odHRwOi8v")
same("utf16", encodings.utf16("a€😀", "<I2"), "a\0\xAC\x20\x3D\xD8\x00\xDE")
same("utf16be", encodings.utf16("a", ">I2"), "\0a")

-- ---------------------------------------------------------------- conditions

local function shown(tree)
  if tree.op == "name" then
    return tree.name
  elseif tree.op == "of" then
    return (tree.all and "all:" or "one:") .. tree.pattern
  end
  local parts = {}
  for i, part in ipairs(tree) do
    parts[i] = shown(part)
  end
  return ("%s(%s)"):format(tree.op, table.concat(parts, " "))
end

for text, want in pairs {
  ["a"] = "a", ["a or b and not c"] = "or(a and(b not(c)))", ["not a and b"] = "and(not(a) b)", ["not not a"] = "not(not(a))",
  ["(a or b) and c"] = "and(or(a b) c)", [" 1 of sel_* and all of them "] = "and(one:sel_* all:them)",
  ["any of a* or order"] = "or(one:a* order)", ["not 1 of filter_*"] = "not(one:filter_*)", ["notable and orders"] = "and(notable orders)",
  ["a\n  and\n\tb"] = "and(a b)", ["a-b and c_1"] = "and(a-b c_1)",
} do
  same("condition " .. text, shown(parse_condition(text)), want)
end
for _, text in ipairs {
  "", "a b", "a and", "and a", "not", "(a", "a)", "2 of a", "NOT a", "a AND b", "1 of", "a | count() > 1", ("("):rep(1000) .. "a",
  ("a or "):rep(20000) .. "a",
} do
  same("refused: " .. text:sub(1, 30), (pcall(parse_condition, text)), false)
end

-- ---------------------------------------------------------------- detections

local function scalar(value)
  return { kind = "scalar", plain = type(value) ~= "string", text = value == nil and "" or tostring(value), line = 1 }
end

-- { "key", value, "key", value } as a map; { list = { ... } } as a list.
local function as_node(value)
  if type(value) ~= "table" then
    return scalar(value)
  end
  local out = { kind = value.list and "list" or "map", line = 1 }
  for i, item in ipairs(value.list or {}) do
    out[i] = as_node(item)
  end
  for i = 1, value.list and 0 or #value, 2 do
    out[#out + 1] = { key = value[i], line = 1, value = as_node(value[i + 1]) }
  end
  return out
end

local function field_name(name)
  return "$." .. name
end

local function text_of(map)
  local where, unless = shape.rule_maps(detection.formula({ names = field_name, frame = function() end }, as_node(map)))
  local text = shape.text(where) .. (unless and " unless " .. shape.text(unless) or "")
  return (text:gsub("%-%-[^\n]*", ""):gsub("%s+", " "))
end

for _, case in ipairs {
  { { "s", { "a", "x", "b|contains", { list = { "y", "z" } } }, "condition", "s" },
    '{ ["$.a"] = "x", ["$.b"] = { contains = { "y", "z" } }, }' },
  { { "s", { "a|contains|all", { list = { "y", "z" } } }, "condition", "s" },
    '{ ["$.a"] = { contains = "y" }, all = { { ["$.a"] = { contains = "z" } }, }, }' },
  { { "s", { list = { { "a", "x" }, { "b", "y" } } }, "condition", "s" }, '{ { ["$.a"] = "x" }, { ["$.b"] = "y" }, }' },
  { { "s", { "a", "x" }, "f", { "b", "y" }, "condition", "s and not f" }, '{ ["$.a"] = "x", } unless { ["$.b"] = "y", }' },
  { { "s", { "a", "x" }, "condition", "not s" }, '{ none = { { ["$.a"] = "x" }, }, }' },
  { { "s", { "a", "x" }, "t", { "b", "y" }, "condition", "not (s and t)" },
    '{ none = { { ["$.a"] = "x", ["$.b"] = "y", }, }, }' },
  { { "s", { "a", 5, "b", true, "c|gte", 7 }, "condition", "s" }, '{ ["$.a"] = 5, ["$.b"] = true, ["$.c"] = { ge = 7 }, }' },
  { { "s", { "a|neq", "x" }, "t", { "b|exists", true }, "condition", "s and not t" },
    '{ ["$.b"] = { exists = false }, } unless { ["$.a"] = "x", }' },
  { { "s", { "a", "7" }, "condition", "s" }, '{ ["$.a"] = { re = [[(?i)^7\\Z]] }, }' },
  { { "s", { "a|re|i|s", "x.y" }, "condition", "s" }, '{ ["$.a"] = { re = "(?is)x.y" }, }' },
  { { "s", { "a", { list = { "x*z", "y?z", "w" } } }, "condition", "s" },
    '{ { ["$.a"] = { re = [[(?is)^x.*z\\Z|^y.z\\Z]] } }, { ["$.a"] = "w" }, }' },
  { { "s", { list = { "word", 7 } }, "condition", "s" }, '{ ["*"] = { contains = { "word", "7" } }, }' },
  { { "s", { "|all", { list = { "a", "b" } } }, "condition", "s" },
    '{ ["*"] = { contains = "a" }, all = { { ["*"] = { contains = "b" } }, }, }' },
  { { "s", { "a|fieldref|startswith", "b" }, "condition", "s" }, '{ ["$.a"] = { prefix_field = "$.b" }, }' },
  { { "s", { "a", "x" }, "t", { "b", "y" }, "condition", { list = { "s", "t" } } }, '{ { ["$.a"] = "x" }, { ["$.b"] = "y" }, }' },
} do
  same("where of " .. case[2], text_of(case[1]), case[2])
end

for cidr, good in pairs {
  ["10.0.0.0/8"] = true, ["0.0.0.0/0"] = true, ["192.0.2.7/32"] = true, ["172.16.0.0/12"] = true, ["172.17.0.0/12"] = false,
  ["10.0.0.1/8"] = false, ["10.0.0.0/33"] = false, ["10.0.0/8"] = false, ["256.0.0.0/8"] = false, ["10.0.0.0"] = false,
  ["fe80::/10"] = true, ["::/0"] = true, ["::1/128"] = true, ["2001:db8::/32"] = true, ["2001:db8::1/32"] = false,
  ["1:2:3:4:5:6:7:8/128"] = true, ["1:2:3:4:5:6:7/112"] = false, ["1::2::3/128"] = false, ["fe80::/129"] = false, ["x/8"] = false,
} do
  same("network " .. cidr, (pcall(text_of, { "s", { "a|cidr", cidr }, "condition", "s" })), good)
end

for text, want in pairs {
  ["5"] = 5, ["-5"] = -5, ["0x10"] = 16, ["010"] = 8, ["08"] = "08", ["1_000"] = 1000, ["1.5"] = 1.5, ["1e5"] = "1e5", ["1:30"] = "1:30",
  ["yes"] = true, ["Off"] = false, ["~"] = node.NULL, ["null"] = node.NULL, [""] = node.NULL, ["nope"] = "nope", ["-"] = "-", ["_"] = "_",
} do
  same("scalar " .. text, node.scalar { kind = "scalar", plain = true, text = text }, want)
  same("quoted " .. text, node.scalar { kind = "scalar", plain = false, text = text }, text)
end

print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
