--- Tests of logaudit.regex that need neither PCRE2 nor Vectorscan.
-- Run from the root of the repository: LUA_PATH='lua/?.lua;;' lua5.4 tests/lua/regex_test.lua

local regex = require "logaudit.regex"

local passed, failed = 0, 0

local function check(good, pattern, ...)
  if good then
    passed = passed + 1
    return
  end
  failed = failed + 1
  local parts = table.pack(...)
  for i = 1, parts.n do
    parts[i] = tostring(parts[i])
  end
  print(("FAILED %q: %s"):format(pattern, table.concat(parts, " ")))
end

-- What CPython refuses: pattern, message, position (nil: it gives none).
local refused = {
  { "user=(", "missing ), unterminated subpattern", 5 },
  { "(?:a(b)", "missing ), unterminated subpattern", 0 },
  { "a)b", "unbalanced parenthesis", 1 },
  { "ab|*", "nothing to repeat", 3 },
  { "^+", "nothing to repeat", 1 },
  { "(*ACCEPT)", "nothing to repeat", 1 },
  { "{3}", "nothing to repeat", 0 },
  { "x+*", "multiple repeat", 2 },
  { "x{2}+?", "multiple repeat", 5 },
  { "é{4,2}", "min repeat greater than max repeat", 2 },
  { "x{9999999999}", "the repetition number is too large", nil },
  { "x{70000}", "repeat count over 65535 is not supported", 1 },
  { "[a-", "unterminated character set", 0 },
  { "tag[]", "unterminated character set", 3 },
  { "[z-a]", "bad character range z-a", 1 },
  { "[a-\\d]", "bad character range a-\\d", 1 },
  { "end\\", "bad escape (end of pattern)", 3 },
  { "*\\", "bad escape (end of pattern)", 1 },
  { "(?P<a\\", "bad escape (end of pattern)", 5 },
  { "(?#\\", "bad escape (end of pattern)", 3 },
  { "(?i\\", "bad escape (end of pattern)", 3 },
  { "[\\", "bad escape (end of pattern)", 1 },
  { "ü\\z", "bad escape \\z", 1 },
  { "\\hello", "bad escape \\h", 0 },
  { "\\p{L}", "bad escape \\p", 0 },
  { "[\\A]", "bad escape \\A", 1 },
  { "[\\9]", "bad escape \\9", 1 },
  { "\\x4g", "incomplete escape \\x4", 0 },
  { "\\u12", "incomplete escape \\u12", 0 },
  { "\\U00110000", "bad escape \\U00110000", 0 },
  { "\\N", "missing {", 2 },
  { "\\N{}", "missing character name", 3 },
  { "[\\N{EM DASH", "missing }, unterminated name", 4 },
  { "a\\N{SNOWMAN}", "undefined character name 'SNOWMAN' (only a few are known: write \\uXXXX)", 1 },
  { "\\777", "octal escape value \\777 outside of range 0-0o377", 0 },
  { "\\3", "invalid group reference 3", 1 },
  { "(a\\1)", "cannot refer to an open group", 2 },
  { "(?P=who)", "unknown group name 'who'", 4 },
  { "(?P<who>a)(?P<who>b)", "redefinition of group name 'who' as group 2; was group 1", 14 },
  { "(?P<1st>a)", "bad character in group name '1st'", 4 },
  { "(?P<>a)", "missing group name", 4 },
  { "(?P<who", "missing >, unterminated name", 4 },
  { "(?P!a)", "unknown extension ?P!", 1 },
  { "(?<who>a)", "unknown extension ?<w", 1 },
  { "(?~a)", "unknown extension ?~", 1 },
  { "(?", "unexpected end of pattern", 2 },
  { "x(?#y", "missing ), unterminated comment", 1 },
  { "(?#\\)", "missing ), unterminated comment", 0 },
  { "(?(2)a)(b)", "invalid group reference 2", 3 },
  { "(?(0)a)", "bad group number", 3 },
  { "(a)(?(1)b|c|d)", "conditional backref with more than two branches", 11 },
  { "a(?i)b", "global flags not at the start of the expression", 1 },
  { "a|(?i)b", "global flags not at the start of the expression", 2 },
  { "(?iz)", "unknown flag", 3 },
  { "(?i", "missing -, : or )", 3 },
  { "(?-i)", "missing :", 4 },
  { "(?i-i:a)", "bad inline flags: flag turned on and off", 5 },
  { "(?-a:b)", "bad inline flags: cannot turn off flags 'a', 'u' and 'L'", 4 },
  { "(?L)", "bad inline flags: cannot use 'L' flag with a str pattern", 3 },
  { "(?<=a+)b", "look-behind requires fixed-width pattern", nil },
  { "(?<=a|bc)d", "look-behind requires fixed-width pattern", nil },
  { "(?<=(a)\\1)", "cannot refer to group defined in the same lookbehind subpattern", 9 },
  { ("("):rep(5000), "more than 120 groups in each other", 120 },
  { "a\xff", "pattern is not valid UTF-8", 1 },
}

for _, case in ipairs(refused) do
  local pattern, message, position = table.unpack(case, 1, 3)
  local compiled, got, at = regex.compile(pattern)
  check(not compiled and got == message and at == position, pattern:sub(1, 40), "got", got, "at", at)
end
check(not regex.compile(("a"):rep(70000)), "70000 times a", "must be refused")

-- What is translated: pattern, the PCRE2 pattern behind its (*LF).
local translated = {
  { "a.b$", "a.b$" },
  { "^\\Aa\\Z", "\\A\\Aa\\z" },
  { "(?m)^a$", "(?<![^\\n])a(?m:$)" },
  { "(?s)a.(?-s:.)", "(?s)a.(?-s:.)" },
  { "a{,3}b{2,}c{4}d{,}?", "a{0,3}b{2,}c{4}d*?" },
  { "a{x}{}", "a\\{x\\}\\{\\}" },
  { "a*+(?>b)", "a*+(?=)(?>b)" },
  { "(a)*+", "(?=)(?>(a)*)" },
  -- Shielded from a shortcut of the JIT: where it would take one.
  { "(?:failed|fail) *e", "(?:failed|fail)(?=) *e" },
  { "(?:opened|closed) *e", "(?:opened|closed) *e" },
  { "(?:failed|fail):\\d{1,3} *e", "(?:failed|fail):\\d{1,3} *e" },
  { "(?:a|ab){2}\\w+|a*(?>b+|)", "(?:a|ab){2}(?=)\\w+|a*(?=)(?>b+|)" },
  { "(?:a|ab)?\\w+(?>b)", "(?:a|ab)?\\w+(?>b)" },
  { "(?P<u>a)(?P=u)(?(u)b|c)", "(a)\\g{1}(?(1)b|c)" },
  { "(?x) a b # c\n d", "abd" },
  { "(?x: a b) c", "(?:ab) c" },
  { "a(?#b)*", "a*" },
  { "ab*", "ab*" },
  { "\\v\\x1f\\0", "\\x{b}\\x{1f}\\x{0}" },
  { "\\u00e9\\U0001F600", "é😀" },
  { "\\N{latin small letter e with acute}[\\N{EN DASH}-\\N{EM DASH}]", "é[\\x{2013}-\\x{2014}]" },
  { "\0[\0]", "\\x{0}[\\x{0}]" },
  { "[[:alpha:]]", "[\\x{5b}\\x{3a}alpha\\x{3a}]\\]" },
  { "[]a-]", "[\\x{5d}a\\x{2d}]" },
  { "(?i)file", "(?i)f[\\x{49}\\x{69}\\x{130}\\x{131}]le" },
  { "(?ai)ok", "[Oo][Kk]" },
  { "(?a)\\d", "[0-9]" },
  { "\\d\\w", "\\d\\w" },
  { "\\B", "(?!\\A\\z)\\B" },
  { "\\ud800", "[^\\x{0}-\\x{10ffff}]" },
  { "(?<=(?:\\b)?a)b", "(?<=(?:(?:(?:\\b))|)a)b" },
  { "(?=a)*", "(?:(?=a))*" },
  { "\\Aa\\.b\\-c", "\\Aa\\.b-c" },
}

for _, case in ipairs(translated) do
  local compiled, message = regex.compile(case[1])
  local text = compiled and compiled.pcre:gsub("^%(%*LF%)", "")
  check(text == case[2], case[1], "got", text or message)
end

-- Groups: pattern, count, then name and index by turns.
local groups = {
  { "(?:a)b", 0 },
  { "(a)(?P<user>b)(?:c)(?P<ip>d)", 3, "user", 2, "ip", 3 },
  { "((?P<inner>a))", 2, "inner", 2 },
  { "(?P<größe>a)", 1, "größe", 1 },
}

for _, case in ipairs(groups) do
  local compiled = assert(regex.compile(case[1]))
  local good = compiled.group_count == case[2] and #compiled.groups == (#case - 2) // 2
  for i, group in ipairs(compiled.groups) do
    good = good and group.name == case[2 * i + 1] and group.index == case[2 * i + 2]
  end
  check(good, case[1], "wrong groups")
end

-- The prefilter: pattern, its expressions ("" for none), caseless, longest literal. Alternatives of the pattern are
-- divided by "|", of what one demands several demands by "&", of a demand expressions by "~".
local function divided(list, by, print_item)
  local texts = {}
  for i, item in ipairs(list) do
    texts[i] = print_item(item)
  end
  return table.concat(texts, by)
end
local function print_demand(demand)
  return table.concat(demand, "~")
end
local function print_alternative(demands)
  return divided(demands, "&", print_demand)
end

local weak = {
  { "failed login", "failed login", false, 12 },
  { "(?i)^.*failed.*$", "failed", true, 6 },
  { "\\berror\\b.{0,200}\\bfatal\\b", "error&fatal", false, 5 },
  { "a+failed(?:login)?b*", "failed", false, 6 },
  { "(?:foo|bar)baz", "foobaz~barbaz", false, 6 },
  { "user (\\S+) said (\\w+)", " said &user ", false, 6 },
  { "(?i:Foo)Bar", "FooBar", true, 6 },
  { "x{3,500}yes", "yes", false, 3 },
  { "(a)bcd\\1efg", "abcd&efg", false, 4 },
  { "caf\u{e9}", "caf\\xc3\\xa9", false, 5 },
  { "(?i)caf\u{e9}s", "caf", true, 3 },
  { "bad\u{fffd}byte", "byte&bad", false, 4 },
  { "(?=.*password)(?!.*ok)", "password", false, 8 },
  { "(?:denied|refused)\\.?$", "denied~refused", false, 6 },
  { "denied|refused", "denied|refused", false, 6 },
  { "(?i)(?:payment|order) \\d+ (?:was )?(?:declined|rejected)", "payment ~order &declined~rejected", true, 6 },
  { "user[_.]?(?:log_?in|signin)|\"LoginSucceeded\"", "user&log~signin|\"LoginSucceeded\"", false, 4 },
  { "(?:get|post) \\S*(?:nc|curl) ", "get ~post &nc ~curl ", false, 4 },
  { "(?:99|100)% of (?:RAM|heap)", "99% of ~100% of &RAM~heap", false, 7 },
  { "(?:ab|c)d", "abd~cd", false, 2 },
  { "(?:or|and)(?:%20|\\+)+x", "or%20~or\\+~and%20~and\\+", false, 3 },
  { "\\[\\d+\\] status=5\\d\\d+", "\\] status=5", false, 10 },
  { "\\d{4}", "", false, 0 },
  { "[^\\u0131]fox", "fox", false, 3 },
  { "k8s[^s]status", "status&k8s", false, 6 },
  { "(?a)fox\\Wden", "fox&den", false, 3 },
  { "\\d+", "", false, 0 },
  { "a", "", false, 0 },
  { "(?:error)?", "", false, 0 },
  { "error|", "", false, 0 },
  { ".*", "", false, 0 },
  { "", "", false, 0 },
  { "(?!password)", "", false, 0 },
  { "needle(?:[0-9a-f]{30}-?){30}x", "needle", false, 6 },
}

for _, case in ipairs(weak) do
  local compiled = assert(regex.compile(case[1]))
  local text = divided(compiled.weak or {}, "|", print_alternative)
  check(text == case[2], case[1], "got", text)
  check(compiled.caseless == case[3], case[1], "caseless", compiled.caseless)
  check(compiled.min_literal == case[4], case[1], "literal of", compiled.min_literal)
end

-- What the start of a text decides about a pattern: whether it does, the group that is the rest of the line.
local parse, start_of = require "logaudit.regex.parse", require "logaudit.regex.start"
local starts = {
  { "^(\\w+) (.*)", true, 2 },
  { "^\\d+[a-z]\\S(.*)$", true, nil },
  { "^[0-9a-f]+[^\\s\\]] (x)(.*)", true, 2 },
  { "(?i)^(?:a|b)+?(.+)", true, nil },
  { "^(.*?)", true, nil },
  { "(?s)^a(.*)", true, nil },
  { "^a1", false, nil },
  { "^a[1-5]", false, nil },
  { "^a[^7]", false, nil },
  { "^(\\w)\\1", false, nil },
  { "^(?:a|h2) (.*)", false, 1 },
  { "a(.*)", false, 1 },
  { "(?m)^a", false, nil },
  { "^a|b", false, nil },
}
for _, case in ipairs(starts) do
  local start = start_of((parse(case[1])))
  check(start.decides == case[2], case[1], "decides", start.decides)
  check(start.rest == case[3], case[1], "rest", start.rest)
  check(not start.rest or start.pcre:sub(-2) == "()", case[1], "is printed as", start.pcre)
end

-- The literals with one of which every match begins; nil where there are none of two bytes.
local heads_of = require "logaudit.regex.heads"
local heads = {
  { "(?i)\\b(?:client|Peer)(?: ip)? x", "client|peer" },
  { "(?:for|by) (?:the )?user", "by |for " },
  { "(?<!re)took(?=.) \\d", "took " },
  { "[Ff]rom ", "from " },
  { "ab?c", "abc|ac" },
  { "(?:ab)+c", "ab" },
  { "(?:ab){0}cd" },
  { "(ab|cd)\\1", "ab|cd" },
  { "abc|abcd", "abc" },
  { "a\xC3\xA9" },
  { "ab\xC3\xA9", "ab" },
  { "x*ab", nil },
  { "(?:ab)?\\d" },
  { "[a-z]bc" },
  { "[^a]bc" },
  { "a|bc" },
  { ".*ab" },
  { "(?(1)ab|cd)(x)?" },
  { "(?>ab)c", "abc" },
  { "" },
}
for _, case in ipairs(heads) do
  local ok, root = pcall(parse, case[1])
  local found = ok and heads_of(root)
  check((found and table.concat(found, "|") or nil) == case[2], case[1], "begins with", found and table.concat(found, "|"))
end

-- Patterns that are large in some way must stay small in the prefilter, and be done at once.
local large = {
  ("(?:abc|"):rep(100) .. "abc" .. (")"):rep(100),
  ("\\."):rep(30000), ("a|"):rep(30000), ("(?:a)"):rep(13000), "foo" .. ("."):rep(60000),
  ("[a-z]?"):rep(10000), ("(?:"):rep(100) .. "ab" .. ("){1,9}"):rep(100),
}

for _, pattern in ipairs(large) do
  local started = os.clock()
  local compiled, message = regex.compile(pattern)
  local bytes = 0
  for _, demands in ipairs(compiled and compiled.weak or {}) do
    bytes = math.max(bytes, #print_alternative(demands))
  end
  check(compiled and bytes <= 8192, pattern:sub(1, 40), message or bytes)
  check(os.clock() - started < 2, pattern:sub(1, 40), "took", os.clock() - started, "s")
end

print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
