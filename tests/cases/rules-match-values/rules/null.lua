local function on(id, f)
  return rule { id = "case.null_" .. id, type = "Error", any = { [[Failed password]] }, match = f }
end

return {
  on("returned", function() return null end),
  on("key", function() return { note = null } end),
  on("indexed", function() local value = null return value.name end),
  on("compared", function() return null < 5 end),
  on("text", function() return text.lower(null) end),
  on("raised", function() error(null) end),
}
