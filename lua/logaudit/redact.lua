--- What is a secret in a log line. Each entry is searched in records that have findings or name a user, and in what
--- their JSON escapes stand for; the group `secret` (the whole match without one) is replaced by [redacted:kind].
--- Patterns are Python's `re`.
---
---   kind      names the secret in its place
---   pattern   what it looks like
---   level     "secrets" (default) or "pii": from which --redact level on it is replaced
---   need      a pattern that stands in every text which the first one matches in, asked before it: many share it
---   luhn      only when its digits have a right check digit, as card numbers have; looked for where 13 digits stand
---             with nothing but blanks, "-", ".", "_", "%" and letters outside of ASCII between them
---
--- A pattern that has a literal of three bytes or more in each of its branches costs nothing where none stands.
--- Edit freely: the next run uses it.

-- <<password>> and the like in a pattern stand for these.
local parts = {
  -- PWD=/home/x is the working directory.
  password = [[(?:password|passwd|passphrase|passcode|pwd(?!\s*=\s*[/~]))]],
  named = [=[(?:secret|token|api_key|api-key|apikey|access[_-]?key|account[_-]?key|private[_-]?key|session[_-]?id|sessid)]=],
  -- Blanks, control and repaired bytes, terminal colours: around a separator they hide nothing.
  blank = [=[(?:\x1b\[[0-9;]*m|[\s\x00-\x1f\x7f�])]=],
  -- = => := : , but not the colon of a URL's scheme.
  is = [[(?:=>?|:=|:(?!//)|->)]],
  quote = [[(?:["']|&quot;|&#3[49];)]],
  -- In prose, what is no word: with a digit, or a sign that is not its end.
  odd = [=[(?=[^\s]{0,80}(?:\d|[!@#$%^&*+~][^\s.,!?)\]}]))]=],
  -- Behind "password", of what is none: names of algorithms, versions, counts, times, paths, addresses, key=value.
  other = [=[(?!(?:sha-?\d|md5|base64|utf-?\d|v\d|policy|attempt|[\w.-]+=|\.{0,2}/|\d[\d.,:%-]*(?:st|nd|rd|th|ms|s|m|h|d)?(?![^\s.,:!?)\]])|\d{4}-\d\d-|[\w.+-]+@[\w-]+\.))]=],
  -- Words that go on after "password" in a sentence.
  prose = [=[(?!(?:reset|chang|updat|upgrad|expir|rotat|auth|fail|incorrect|wrong|invalid|match|mismatch|accept|reject|denied|deni|check|verif|valid|prompt|login|logon|attempt|polic|hash|manag|file|field|form|page|link|e-?mail|recover|request|set|unset|miss|empty|requir|histor|streng|length|lock|unlock|stor|sav|sent|enter|provid|suppl|success|ignor|guess|spray|protect|only|type|age|aging|database|need|should|creat|generat|remov|delet|clear|error|problem|issue|warn|access|used|using|longer|again|after|before|during|because|please|never|when|with|from|that|this|than|then|were|will|must|does|have|having|had|not|none|null|over|too|same|correct|strong|weak|old|new|for|was|has|are|but|and|can|could|may|might|via|plain|encrypt|secur|authori[sz]|method|less|spec|option|column|value|parameter|token|dialog|screen|grace|minimum|maximum|contain|given|found|received|known|unknown|disabled|enabled|based)[a-z]{0,8}(?![^\s.,:;!?)\]"']))]=],
  -- Spelled out, so that their literals are longer than "pin", which stands in "shipping" and "mapping".
  pin = [=[(?:t?otp=|pin=|cvv=|cvc2?=|(?:t?otp"|t?otp'|pin"|pin'|cvv"|cvv'|cvc"|cvc'|cvc2"|cvc2')\s*[:=]\s*)]=],
}

-- What may follow "password" where one is told: most lines that say the word tell none.
local told = [=[(?i)<<password>>(?:\\*<<quote>>?<<blank>>*<<is>>|[\t|~]|[ ]{0,2}[\[({<"'`]|[ ]{1,2}<<odd>>|:? +<<prose>>|(?: for \S{1,80})? (?:is|was|set|changed|reset)\b)]=]

local secrets = {
  { kind = "aws-key", pattern = [[\b(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b]] },
  { kind = "aws-secret",
    pattern = [[(?i)aws.{0,20}secret.{0,30}?["'=:\s](?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])]] },
  { kind = "google-key", pattern = [[\b(?P<secret>AIza[0-9A-Za-z_-]{35})]] },
  { kind = "github-token", pattern = [[\b(?P<secret>(?:(?:ghp_|gho_|ghu_|ghs_|ghr_)[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{22,}))]] },
  { kind = "gitlab-token", pattern = [[\b(?P<secret>glpat-[0-9A-Za-z_-]{16,})]] },
  { kind = "npm-token", pattern = [[\b(?P<secret>npm_[0-9A-Za-z]{30,})]] },
  { kind = "slack-token", pattern = [[\b(?P<secret>xox[abeoprs]-[0-9A-Za-z-]{10,})]] },
  { kind = "stripe-key", pattern = [[\b(?P<secret>(?:[rs]k_live_|[rs]k_test_)[0-9A-Za-z]{16,})]] },
  { kind = "private-key",
    pattern = [[(?P<secret>-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|\Z))]] },
  { kind = "jwt", pattern = [[\b(?P<secret>eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*)]] },
  { kind = "bearer", pattern = [[(?i)(?:\b|%[0-9a-f]{2})bearer(?:[\s:="'+]|%20|%3D|%3A)+(?P<secret>[0-9a-z._~+/-]{8,}=*)]] },
  { kind = "basic-auth",
    pattern = [[(?i)\bauthorization["']?\s*(?:[:=]|%3D|%3A)(?:[\s"'+]|%20)*basic(?:[\s+]|%20)+(?P<secret>[0-9a-z+/]{6,}=*)]] },
  { kind = "authorization",
    pattern = [[(?i)\bauthorization["']?\s*[:=]\s*["']?(?:token|apikey|api-key|digest|negotiate|ntlm|key)\s+(?P<secret>[^\s"']{6,})]] },
  { kind = "authorization", pattern = [[(?i)"authorization"\s*:\s*\[?\s*"(?P<secret>[^"]+)"]] },
  { kind = "cookie",
    pattern = [[(?i)cookie["']?\s*[:=]\s*["']?(?P<secret>[^\s=;,"']{1,64}=[^\s;,"']*(?:;\s*[^\s=;,"']+(?:=[^\s;,"']*)?)*)]] },
  { kind = "header", -- {"name":"Authorization","value":"..."}
    pattern = [[(?i)"[\w-]{0,40}(?:authorization|cookie|token|api-key|apikey|secret|password)[\w-]{0,40}"\s*,\s*"value"\s*:\s*\[?\s*"(?P<secret>(?:[^"\\]|\\.)+)"]] },
  { kind = "password", pattern = [[\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:(?!\d+/)(?P<secret>[^\s@"']+)@]] },

  -- key="value" with blanks in it, 'value', \"value\" inside another string, a list or an object of them.
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>>["']?<<blank>>*<<is>><<blank>>*[bru]?"(?P<secret>(?:[^"\\]|\\.)+)"]=] },
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>>["']?<<blank>>*<<is>><<blank>>*[bru]?'(?P<secret>(?:[^'\\\n]|\\.)+)']=] },
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>>\\*["']?<<blank>>*<<is>><<blank>>*\\+["'](?P<secret>(?:[^"'\\]|\\+[^"'\\])+)]=] },
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>>["']\s*:\s*[\[{](?P<secret>[^\[\]{}]+)[\]}]]=] },
  -- key=value, key: value, key => value.
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>><<quote>>?<<blank>>*<<is>><<blank>>*(?:[\[({]|[bru]?<<quote>>)*(?P<secret>[^\s"',;&)}\]]+)]=] },
  -- Percent-encoded.
  { kind = "password", need = [=[(?i)%3[AD]|%25]=],
    pattern = [=[(?i)(?:<<password>>|<<named>>)(?:%(?:25)*(?:22|27|5C))*%(?:25)*3[AD](?:%(?:25)*(?:20|22|27)|\+)*(?P<secret>(?:[^\s"'&%]|%(?!(?:25)*(?:22|26|27|2C|7D))[0-9a-f]{2})+)]=] },
  -- As an argument, in a column, in brackets, in a sentence, in XML, in SQL.
  { kind = "password", need = [=[(?i)--[a-z]]=],
    pattern = [=[(?i)--[a-z-]{0,24}?(?:password|passwd|passphrase|pass|pwd|token|secret|api-key|apikey)(?:\s+|=)["']?(?P<secret>[^\s"'-][^\s"']*)]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>>[\t|~]+<<odd>>(?P<secret>[^\s"',;|]{4,})]=] },
  { kind = "password", need = told, pattern = [=[(?i)(?<![/\w.-])(?:password|passwd|passphrase|passcode) {1,2}<<odd>><<other>>(?P<secret>[^\s"',;<>()\[\]{}]{5,})]=] },
  { kind = "password", need = told, -- user mia, password swordfish
    pattern = [=[(?i)\b(?:user(?:name)?|login|account)[ =:]+["']?[^\s"',;]{1,80}["']?[ ,;]+(?:(?:and|with|using) )?<<password>>:? +<<prose>><<other>>(?P<secret>[^\s"',;()\[\]{}]{4,})]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>>(?: for \S{1,80})? (?:set|changed|reset) to:? +["']?<<prose>>(?P<secret>[^\s"',;]{4,})]=] },
  { kind = "password", need = [=[(?i)\b(?:alter|create|set)\s]=], -- ALTER ROLE mia WITH PASSWORD 'swordfish'
    pattern = [=[(?i)\b(?:(?:alter|create)\s+(?:user|role|login)\b[^\n;]{0,200}?\b|set\s+)password(?:\s+for\s+\S+)?(?:\s+|\s*=\s*)(?:password\s*\(\s*)?["'](?P<secret>[^"']+)["']]=] },
  { kind = "password", -- FTP, POP3, IRC
    pattern = [=[(?:\bUSER \S{1,80}[ ,;]+|> ?|\bC: ?|["']|\bcommand:? |\bcmd[=: ]"?)PASS (?P<secret>[^\s"']+)]=] },
  -- On a command line.
  { kind = "password", pattern = [=[\bmysql\w*\b[^\n|;]{0,200}? -p(?P<secret>[^\s"']{2,})]=] },
  { kind = "password", pattern = [=[\bsshpass\s+-p ?["']?(?P<secret>[^\s"']+)]=] },
  { kind = "password", pattern = [=[\bcurl\b[^\n|;]{0,200}? (?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,80}:(?P<secret>[^\s"']+)]=] },
  { kind = "password", pattern = [=[(?i)(?:\bnet user|\bnet1 user) \S{1,80} (?P<secret>[^\s/*]\S*)]=] },
  { kind = "password", pattern = [=[\becho +(?:-n +)?["']?(?:[\w.-]{1,80}:)?(?P<secret>[^\s"'|]+)["']? *\| *(?:sudo +)?(?:\S*/)?(?:ch)?passwd\b]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>>[ ]{0,2}[\[({<]<<odd>>(?P<secret>[^\s\])}>]{4,})[\])}>]]=] },
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>>(?: for [^\s]{1,80})? (?:is|was|set to|changed to)[ :]+["']?<<odd>>(?P<secret>[^\s"',;]{5,})]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>> {1,2}["'`](?P<secret>(?=[^"'`\n]{0,80}\d)[^"'`\n]{5,80})["'`]]=] },
  { kind = "password",
    pattern = [=[(?i)<[\w:.-]{0,40}(?:<<password>>|<<named>>)[^<>]{0,80}>(?P<secret>[^<]+)<]=] },
  { kind = "password",
    pattern = [=[(?i)identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?["'](?P<secret>[^"']+)]=] },
  -- "pass" and "pin" are words: as keys, with what is no count.
  { kind = "password",
    pattern = [=[(?i)(?<![a-z0-9])(?:pass=>?|pass["']\s*[:=]\s*)["']?(?!(?:\d{1,4}|true|false|yes|no|ok|null)\b)(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "password", -- the value has a digit or a sign: "pass: all"; test runners write PASS
    pattern = [=[(?<![A-Za-z0-9])(?:[Pp]ass:|pw:|PW:)[ ]{0,2}["']?<<odd>><<other>>(?P<secret>[^\s"',;&)}\]]{5,})]=] },
  { kind = "password", pattern = [=[(?i)(?<![a-z0-9])(?:pass[ ]?=[ ]?|pw=)["']?(?!(?:\d{1,4}|true|false|yes|no|ok|null)\b)(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "password", -- spelled apart, and in other languages
    pattern = [=[(?i)(?:pass[ _-](?:word|phrase|code)|passwort|kennwort|contrase(?:ñ|n)a|senha|mot[ _-]de[ _-]passe|wachtwoord|has(?:ł)o)<<quote>>?\s{0,2}(?:=>?|:(?!//)|：)\s{0,2}<<quote>>?(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "password", -- without (?i), so that their bytes are looked for
    pattern = [=[(?:[Пп]ароль|ПАРОЛЬ|密码|密碼|パスワード)<<quote>>?\s{0,2}(?:=>?|:(?!//)|：)\s{0,2}<<quote>>?(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "pin",
    pattern = [=[(?i)(?<![a-z0-9])<<pin>>["']?(?P<secret>\d{3,12}|(?=[a-z]*\d)[0-9a-z]{4,12})\b]=] },
  { kind = "secret",
    pattern = [=[(?i)<<named>>["']?<<blank>>*<<is>><<blank>>*[\["']*(?P<secret>[0-9A-Za-z._~+/=-]{8,})]=] },
  { kind = "secret",
    pattern = [=[(?i)<<named>>\\*["']?\s*[:=]\s*\\+["'](?P<secret>[^"'\\\s]{4,})]=] },

  { kind = "card", luhn = true,
    pattern = [=[(?:(?<![\d.-])|(?<=%20))(?P<secret>\d{4}(?:(?:[ -]?\d{4}){2}[ -]?\d{2,4}|(?:\.\d{4}){3}|(?:_\d{4}){3}|(?:%20\d{4}){3}|(?:\xa0\d{4}){3})|3[47]\d{2}(?:[ -]?\d{6}[ -]?|[._\xa0]\d{6}[._\xa0]|%20\d{6}%20)\d{5})(?!\d|-\d|\.\d)]=] },
  { kind = "email", level = "pii", pattern = [[\b(?P<secret>[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*\.[A-Za-z]{2,})\b]] },
  { kind = "phone", level = "pii", pattern = [[(?<![\w.+-])(?P<secret>\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4})(?![\w-])]] },
}

for _, entry in ipairs(secrets) do
  entry.pattern = entry.pattern:gsub("<<(%a+)>>", parts)
  entry.need = entry.need and entry.need:gsub("<<(%a+)>>", parts)
end

return secrets
