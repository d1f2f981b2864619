--- series(n, step, text [, options]): n lines for a rule's tests, each with a rising time.
---
--- `@t` in the text becomes the line's time (ISO 8601), `@n` its number. `step` is like "10s", "2m".
--- options.start: the first line's time, default 2024-11-26T10:00:00Z.

local UNIT_MS = { ms = 1, s = 1000, m = 60 * 1000, h = 3600 * 1000, d = 24 * 3600 * 1000 }
local DEFAULT_START = { year = 2024, month = 11, day = 26, hour = 10, min = 0, sec = 0 }

-- Told of the line in the rule file that calls series(), which calls what calls this.
local function expected(holds, what, got)
  if not holds then
    error(("series: %s was expected, got %s"):format(what, tostring(got)), 4)
  end
end

local function milliseconds(step)
  local number, unit = tostring(step):match("^(%d+)(%a+)$")
  expected(UNIT_MS[unit], "a step of whole s, m, h ... like \"10s\" or \"1500ms\"", step)
  return tonumber(number) * UNIT_MS[unit]
end

local function parse_start(text)
  if not text then
    return DEFAULT_START
  end
  local year, month, day, hour, min, sec = tostring(text):match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)Z?$")
  expected(year, "start: a time like \"2024-11-26T10:00:00Z\"", text)
  return { year = year, month = month, day = day, hour = hour, min = min, sec = sec }
end

-- os.date works on local time; the difference of two os.time calls on the same clock face does not.
local function iso(start, ms)
  local shifted = {}
  for key, value in pairs(start) do
    shifted[key] = tonumber(value)
  end
  shifted.isdst = false
  shifted.sec = shifted.sec + ms // 1000
  return os.date("%Y-%m-%dT%H:%M:%S", os.time(shifted)) .. (".%03dZ"):format(ms % 1000)
end

local function check(count, text, options)
  expected(math.type(count) == "integer" and count >= 0, "first: a number of lines", count)
  expected(type(text) == "string", "third: the text of a line", text)
  expected(options == nil or type(options) == "table", "fourth: a table like { start = \"2024-11-26T10:00:00Z\" }", options)
end

---@param count integer
---@param step string
---@param text string
---@param options? { start?: string }
---@return string[]
return function(count, step, text, options)
  check(count, text, options)
  local start, lines = parse_start(options and options.start), {}
  local ms = milliseconds(step)
  for i = 1, count do
    local time = iso(start, (i - 1) * ms)
    lines[i] = text:gsub("@([tn])", { t = time, n = tostring(i) })
  end
  return lines
end
