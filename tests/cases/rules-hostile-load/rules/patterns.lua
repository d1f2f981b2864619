local rules, tail = {}, "[a-z]{1,200}[0-9]{1,300}(?:ab|cd|ef|gh|ij){1,99}(?:kl|mn|op|qr|st){1,99}"
for n = 1, 30 do
  local any, all = {}, {}
  for i = 1, 1000 do
    any[i], all[i] = "a" .. n .. "_" .. i .. tail, "b" .. n .. "_" .. i .. tail
  end
  rules[n] = rule { id = "case.budget" .. n, type = "Error", any = any, all = all }
end
return rules
