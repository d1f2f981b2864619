--- What is a secret in a log line. Each entry is searched in records that have findings or name a user, and in what
--- their JSON escapes stand for; the group `secret` (the whole match without one) is replaced by [redacted:kind].
--- Patterns are Python's `re`.
---
---   kind      names the secret in its place
---   pattern   what it looks like
---   level     "secrets" (default) or "pii": from which --redact level on it is replaced
---   need      a pattern that stands in every text which the first one matches in, asked before it: many share it
---   each      the group is a list or an object: of it every match of this pattern, by its own group, is a secret
---   luhn      only when its digits have a right check digit, as card numbers have; looked for where 13 digits stand
---             with nothing but blanks, "-", ".", "_", "%" and letters outside of ASCII between them
---
--- Each record is scanned for literals of `need` (without one, of the pattern): short lists of them, shared by many
--- entries, keep the candidate set small. Where none stands an entry costs nothing, behind it a `need` that says no is
--- the only search. Edit freely: the next run uses it.

-- A secret is known by its name: words before it, which do not matter, a word that means a secret, what names add to
-- it, then a sign and the value. <<password>> and the like in a pattern, and in each other, stand for these.
local parts = {
  -- PWD=/home/x is the working directory.
  password = [[(?:password|passwd|passphrase|passcode|pwd(?![ \t]*=[ \t]*[/~]))]],
  -- password1, passwords, password_confirmation, user[password], password[]; "passwd[812]: " is a process.
  more = [=[s?(?:[_.-]?(?:\d{1,3}|confirm(?:ation)?|again|repeat|verify|new|old|hash|digest|value|text|string|plain|encrypted))?<<index>>]=],
  index = [=[(?:(?:\[\w{0,40}\]|\]){1,3}(?=["'`]? ?[=＝]|["'] ?:)|\](?= ?[:：] ?<<mixed>>))?]=],
  -- The name of a secretsmanager ARN is none.
  named = [=[(?:(?<!\d:)secret(?:s|[_-]?(?:key|access[_-]?key|key[_-]?base|string|binary|value|text|\d{1,3}))?|token(?:[_-]?(?:\d{1,3}|value|string))?(?!s)|session_id|session-id|sessionid|sessid)<<index>>]=],
  -- Of keys these are secrets; a primary, foreign, cache, routing or sort key is none.
  lock = [=[(?:secret|access|account|private|session|api|encryption|decryption|signing|signature|master|auth|ssh|crypto|cipher|aes|hmac|jwt|storage|deploy|licen[cs]e|subscription|security|webhook|shared|server|functions|stripe|sendgrid|mailgun|openai|anthropic|cloudflare|datadog)]=],
  -- Of all these the most frequent, where a name stands between quotes or tags.
  stem = [=[(?:password|passwd|passphrase|passcode|pwd|secret|token|session_id|sessionid|sessid|api_key|api-key|apikey|access_key|access-key|accesskey|private_key|private-key|privatekey|account_key|accountkey|encryption_key)]=],
  keyed = [=[(?:<<lock>>(?:[_-]?key(?:s|[_-]?base)?| key(?=[ :=]{1,3}<<mixed>>))<<index>>)]=],
  -- In words as bypass and compass it means none: what stands before it is known.
  short = [=[(?<![a-z0-9])(?:<<owner>>{1,2}[_-]?)?(?:pass|pw)<<index>>]=],
  owner = [=[(?:user|usr|db|root|admin|ftp|smtp|imap|mail|my|pg|sql|ldap|bind|app|login|auth|key|store|trust|wifi|proxy|redis|mongo|ssh|vpn|web|svc|service|new|old|client|server|http|cert|zip|backup)]=],
  -- What is said of a secret, and is none.
  void = [=[(?!(?:true|false|yes|no|null|none|nil|undefined|required|missing|invalid|expired|unknown|disabled|enabled|chauthtok|\[redacted\S*)(?![^\s"'`,;&)}\]])|(?:attribute|property|parameter|field|value|option|column|key|entry) (?:is|was|has|does|must|cannot|not|missing|required|invalid|empty|unknown|undefined)\b)]=],
  -- Of tokens and keys, which machines make, also what only says how they are: rejected, missing, unavailable.
  state = [=[(?!(?:[a-z]{2,12}(?:ed|ing|able|ible)|true|false|yes|no|ok|null|none|nil|undefined|invalid|valid|unknown|empty|absent|present|mismatch|not[ _-]?found|bearer|basic|identifier|punctuation|signature|verification|string|number|optional|default|include|\[redacted\S*)[.:!?]?(?![^\s"'`,;&)}\]>\\]))]=],
  -- Behind ": " it may be a sentence, where an open word is no token: a digit, a sign or its length tells one.
  sign = [=[<<blank>>*(?:(?:={1,3}>?|:=|->|＝)<<blank>>*|(?::{1,2}(?!//)|：)(?:<<blank>>*(?=\\*["'`\[{])|(?=[^ \t])|<<blank>>+(?=[^\s"'`,;&)}\]\\]{0,80}[\d!@#$^*+~/=]|[A-Za-z]{24})))]=],
  -- Between quotes: with a digit or a sign, or long and without a blank.
  certain = [=[(?=[^"'\\]{0,200}[\d!@#$^*+~]|[^"'\\\s]{8})]=],
  -- What goes on behind a separator in a value that has no quotes: no name=value, and no plain word or number.
  tail = [=[(?:(?:&(?!amp;|quot;|#|[^\s"'&;,=]{0,80}[=:])|[,;](?=[^\s"',;&)}\]=:]{0,80}(?:[!@#$%^*~]|\d[a-z]|[a-z]\d))(?![^\s"',;&)}\]=:]{0,80}[=:]))[^\s"',;&)}\]]+)*]=],
  -- What stands between two of the group `quote`, be they escaped.
  inside = [=[(?:(?!(?P=quote))(?:\\(?s:.)|[^\\]))+]=],
  string = [=[(?P=quote)(?:<<inside>>)?(?P=quote)]=],
  -- A list or an object, and what is in those.
  nested = [=[[\[{](?>"(?:[^"\\]|\\.)*"|[^"\[\]{}]|[\[{](?>"(?:[^"\\]|\\.)*"|[^"\[\]{}]|[\[{](?>"(?:[^"\\]|\\.)*"|[^"\[\]{}])*[\]}])*[\]}])*[\]}]]=],
  -- Of an object under the name of a secret these members are none; nor is what names a user, a place, a time.
  member = [=[(?!(?:[\w.-]*(?:id|type|kind|name|namespace|user|login|e?mail|scopes?|status|state|version|length|size|count|provider|issuer|audience|subject|arn|region|host|url|uri|path|file|method|alg|role|realm|reason|error|message|description|source|format|label|title|date|time|ttl|active)|[\w.-]*(?:expir|creat|issued|updat|valid)\w*|jti|iss|aud|sub|exp|iat|nbf|on|at|by|key)["'])[^"'\\]{1,60}]=],
  -- --db-password, --token, -passwd; not --password-file, --token-type.
  option = [=[--?[a-z-]{0,24}?(?:<<stem>>|(?<![a-z])pass)(?:-key)?]=],
  root = [=[(?:pass|pwd|secret|token|sess|key)]=],
  -- What stands for a password in a description of options.
  blanked = [=[(?![<$%{*]|(?:[A-Z_]*(?:PASS|PWD|SECRET|TOKEN|KEY|VALUE|STRING|TEXT)[A-Z_]*)(?![^\s"',]))]=],
  -- /etc/ssl/x.pem, 4711 and AKIA.../20241126/...: where keys lie, which row it is, whose key it is.
  path = [=[(?!(?:[a-z]:|[.~])?[/\\][a-z._-]{1,16}[/\\])]=],
  place = [=[<<path>>(?![\d.]+(?![^\s"',;&)}\]])|\w+(?:/|%2F)\d{8}(?:/|%2F)|<?accesskeyid|arn:|https?:)]=],
  -- Blanks, control and repaired bytes, terminal colours: around a separator they hide nothing.
  blank = [=[(?:\x1b\[[0-9;]*m|[\x00- \x7f-\xa0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u3000\ufeff�])]=],
  -- = => := : -> , also of full width, but not the colon of a URL's scheme.
  is = [[(?:={1,3}>?|:=|:{1,2}(?!//)|->|＝|：)]],
  quote = [[(?:["'`]|&quot;|&#3[49];)]],
  -- A command up to -u bob -p swordfish; what follows the -p of MySQL is a database. Ports are no passwords.
  login = [=[(?:^|[\n;|&])(?![^\n;|&]{0,400}(?:mysql|mariadb))[^\n;|&]{0,400}?]=],
  port = [=[(?![\d.:/-]+(?:tcp|udp)?(?!\S))]=],
  -- In prose, what is no word: with a digit, or a sign that is not its end.
  odd = [=[(?=[^\s]{0,80}(?:\d|[!@#$%^&*+~][^\s.,!?)\]}]))]=],
  mixed = [=[(?=[^\x00- "'`,;&)}\]\\]{0,80}[\d!@#$^*+~])]=],
  -- The value of a token or key: long, or of letters and digits.
  dense = [=[(?:[0-9A-Za-z._~+/=!@#$%^*?-]{8,}|(?=[a-z]{0,6}\d)(?=\d{0,6}[a-z])[0-9a-z]{5,7}(?![^\s"'`,;&)}\]\\<.]))]=],
  -- Behind "password", of what is none: names of algorithms, versions, counts, times, paths, addresses, key=value.
  other = [=[(?!(?:sha-?\d|md5|base64|utf-?\d|v\d|https?/\d|policy|attempt|[\w.-]+=|\.{0,2}/|\d[\d.,:%-]*(?:st|nd|rd|th|ms|s|m|h|d)?(?![^\s.,:!?)\]])|\d{4}-\d\d-|[\w.+-]+@[\w-]+\.))]=],
  -- Words that go on after "password" in a sentence.
  prose = [=[(?!(?:reset|chang|updat|upgrad|expir|rotat|auth|fail|incorrect|wrong|invalid|match|mismatch|accept|reject|denied|deni|check|verif|valid|prompt|login|logon|attempt|polic|hash|manag|file|field|form|page|link|e-?mail|recover|request|set|unset|miss|empty|requir|histor|streng|length|lock|unlock|stor|sav|sent|enter|provid|suppl|success|ignor|guess|spray|protect|only|type|age|aging|database|need|should|creat|generat|remov|delet|clear|error|problem|issue|warn|access|used|using|longer|again|after|before|during|because|please|never|when|with|from|that|this|than|then|were|will|must|does|have|having|had|not|none|null|over|too|same|correct|strong|weak|old|new|for|was|has|are|but|and|can|could|may|might|via|plain|encrypt|secur|authori[sz]|method|less|spec|option|column|value|parameter|token|dialog|screen|grace|minimum|maximum|contain|given|found|received|known|unknown|disabled|enabled|based)[a-z]{0,8}(?![^\s.,:;!?)\]"']))]=],
  -- Spelled out, so that their literals are longer than "pin", which stands in "shipping" and "mapping".
  pin = [=[(?:t?otp=|t?otp: ?|(?:mfa_code|otp_code|2fa_code|sms_code|mfacode|otpcode|verification_code|verificationcode)["']?\s?[:=]\s?|pin=|cvv=|cvc2?=|(?:t?otp"|t?otp'|pin"|pin'|cvv"|cvv'|cvc"|cvc'|cvc2"|cvc2')\s*[:=]\s*)]=],
}

-- What may follow "password" where one is told: most lines that say the word tell none.
local told = [=[(?i)<<password>>(?: for \S{1,80} ?=|<<more>>\\*<<quote>>?<<blank>>*<<is>>|<<more>>[\t|~,;]|[ ]{0,2}[\[({<"'`]|[ ]{1,2}<<odd>>|:? +<<prose>>|(?: for \S{1,80})? (?:is|was|set|changed|reset)\b)]=]

-- Where a word for a token is told, and one for a key: with a sign behind it, or a quote, which may be that of a key.
local named = [=[(?i)(?:secret|token|sess(?:ion)?[_-]?id)[\w\[\].-]{0,40}\\*["'`]?<<blank>>*(?:<<is>>|<<blank>>)]=]
local keyed = [=[(?i)key(?:[=:"'`\\\]\[\t-]| [=:＝：]|[＝：]|_?base|-base|s[=:"'\\])]=]
local listed = [=[(?i)(?:pass|pwd|secret|token|key|cred)[\w-]{0,20}["']?\s{0,4}[:=]\s{0,4}[\[{]]=]
local argued = [=[(?i)--?[a-z-]{0,24}?<<root>>[a-z-]{0,8}["'\\ =:]]=]
local manifest = [=[\bkind\\*["']?:\s{0,4}\\*["']?Secret\b]=]
-- The marks of vendors.
local marked = [=[\b(?:AKIA|ASIA|ABIA|ACCA|AIza|gh[opusr]_|github_pat_|gl[a-z]{1,6}-|npm_|xox|xapp-|[rs]k_(?:live|test)_|hv[sbr]\.|do[opr]_v1_|pypi-|ya29\.|GOCSPX-|shp|sq0|dckr_|lin_api_|figd_|whsec_|rubygems_|sntry|PMAK-|NRAK-|ATATT3|atlasv1\.|AGE-SECRET|sk-|SG\.|hf_|1//0|dapi|key-|sbp_|pul-|eyJ)]=]

local secrets = {
  -- By the marks of vendors; behind short ones only what has the right length.
  { kind = "aws-key", need = marked, pattern = [[\b(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b]] },
  { kind = "google-key", need = marked, pattern = [[\b(?P<secret>AIza[0-9A-Za-z_-]{35})]] },
  { kind = "github-token", need = marked,
    pattern = [[\b(?P<secret>(?:(?:ghp_|gho_|ghu_|ghs_|ghr_)[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{22,}))]] },
  { kind = "gitlab-token", need = marked,
    pattern = [[\b(?P<secret>(?:glpat-|gldt-|glrt-|glptt-|glcbt-|glsoat-|glagent-)[0-9A-Za-z_-]{16,})]] },
  { kind = "npm-token", need = marked, pattern = [[\b(?P<secret>npm_[0-9A-Za-z]{30,})]] },
  { kind = "slack-token", need = marked,
    pattern = [[\b(?P<secret>(?:xox[abceoprs]-|xapp-)[0-9A-Za-z-]{10,})]] },
  { kind = "stripe-key", need = marked, pattern = [[\b(?P<secret>[rs]k_(?:live|test)_[0-9A-Za-z]{16,})]] },
  { kind = "api-token", need = marked,
    pattern = [[\b(?P<secret>(?:hvs\.|hvb\.|hvr\.|dop_v1_|doo_v1_|dor_v1_|pypi-|ya29\.|GOCSPX-|shpat_|shpss_|shpca_|shppa_|sq0atp-|sq0csp-|dckr_pat_|lin_api_|figd_|whsec_|rubygems_|sntrys_|sntryu_|PMAK-|NRAK-|ATATT3|atlasv1\.|AGE-SECRET-KEY-1|sk-proj-|sk-ant-|sk-svcacct-)[0-9A-Za-z._=-]{16,})]] },
  { kind = "api-token", need = marked,
    pattern = [[\b(?P<secret>(?:sk-[0-9A-Za-z]{32,}|SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}|hf_[0-9A-Za-z]{34}|1//0[0-9A-Za-z_-]{30,}|dapi[0-9a-f]{32}|key-[0-9a-f]{32}|sbp_[0-9a-f]{40}|pul-[0-9a-f]{40})(?![0-9A-Za-z]))]] },
  { kind = "jwt", need = marked,
    pattern = [[\b(?P<secret>eyJ[0-9A-Za-z_-]{8,}(?:\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]*|(?:\.[0-9A-Za-z_-]*){4}))]] },
  { kind = "aws-secret", need = named,
    pattern = [[(?i)aws.{0,20}secret.{0,30}?["'=:\s](?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])]] },
  { kind = "webhook",
    pattern = [[(?:hooks\.slack\.com/services/|discord(?:app)?\.com/api/webhooks/)(?P<secret>[0-9A-Za-z_/-]{16,})]] },
  { kind = "api-token", pattern = [[api\.telegram\.org/bot\d{6,12}:(?P<secret>[0-9A-Za-z_-]{30,})]] },
  { kind = "api-token", pattern = [[\b(?P<secret>(?:glsa_|xkeysib-|pscale_tkn_)[0-9A-Za-z_.-]{16,})]] }, -- a gate of their own is cheaper than more marks
  { kind = "private-key", need = "PRIVATE KEY",
    pattern = [[(?P<secret>-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z))]] },
  -- By the words of HTTP.
  { kind = "bearer", need = "(?i)bearer", -- in a sentence, "authentication" is none
    pattern = [[(?i)(?:\b|%[0-9a-f]{2})bearer(?:[\s:="'+]|%20|%3D|%3A)+(?P<secret>(?=[0-9a-z._~+/-]{0,80}\d|[a-z._~+/-]{24})[0-9a-z._~+/-]{8,}=*)(?![^\s]?=)]] },
  { kind = "authorization", need = "(?i)authorization",
    pattern = [[(?i)\bauthorization["']?\s*(?:[:=]|%3D|%3A)(?:[\s"'+\[]|%20)*(?:bearer|token|apikey|api-key|negotiate|ntlm|key|sharedkey|sharedkeylite|splunk|jwt|sso-key)(?:[\s+]|%20)+(?P<secret>[^\s"'\\&]{6,})]] },
  { kind = "basic-auth", need = "(?i)authorization",
    pattern = [[(?i)\bauthorization["']?\s*(?:[:=]|%3D|%3A)(?:[\s"'+\[]|%20)*basic(?:[\s+]|%20)+(?P<secret>[0-9a-z+/]{6,}=*)]] },
  { kind = "authorization", need = "(?i)authorization", -- without a scheme
    pattern = [=[(?i)\bauthorization["']?\s?[:=]\s?["']?(?!(?:aws4|basic|bearer|digest|hmac)\b|[\w-]+=[^=\s"',;])<<mixed>>(?P<secret>[^\s"',;&)}\]\\]{8,})]=] },
  { kind = "authorization", need = "(?i)authorization",
    pattern = [[(?i)"authorization"\s*:\s*\[?\s*"(?P<secret>[^"]+)"]] },
  { kind = "digest", need = [=[(?i)\bdigest\s+[\w-]+=]=],
    pattern = [=[(?i)\bdigest\s+(?P<secret>(?:[\w-]{1,20}=(?:\\*"[^"]{0,400}"|[^\s,"]{1,400})(?:,\s?)?){2,})]=],
    each = [=[(?i)\b(?:response|c?nonce|opaque)=\\*"?(?P<secret>[^\s",\\]+)]=] },
  { kind = "cookie", need = "(?i)cookie",
    pattern = [[(?i)cookie["']?\s*[:=]\s*["']?(?P<secret>[^\s=;,"']{1,64}=[^\s;,"']*(?:;\s*[^\s=;,"']+(?:=[^\s;,"']*)?)*)]] },
  { kind = "cookie", need = "(?i)cookie",
    pattern = [[(?i)cookies["']?\s*[:=]\s*\{(?P<secret>[^{}:=]{1,80}[:=][^{}]+)\}]] },
  { kind = "basic-auth", need = [=[(?i)_auth\b|"auth\\*"]=], -- of registries, which is user:password in base64; REDISCLI_AUTH=
    pattern = [=[(?i)(?:_auth\s?=\s?|["']_?auth\\*["']\s?:\s?)\\*["']?(?=[^\s"'\\]{0,200}[\d=])(?P<secret>[0-9a-z+/_-]{8,}=*)(?![^\s"'\\,;&])]=] },
  { kind = "header", need = [=[(?i)"value"]=], -- {"name":"Authorization","value":"..."}
    pattern = [[(?i)"(?=[\w-]{1,120}"\s*,\s*"value")[\w-]{0,40}(?:authorization|cookie|<<stem>>)[\w-]{0,40}"\s*,\s*"value"\s*:\s*\[?\s*"(?P<secret>(?:[^"\\]|\\.)+)"]] },
  { kind = "code", need = [=[[?&]code=]=], -- of OAuth
    pattern = [=[[?&]code=(?=[^\s"'&]{0,80}\d)(?=[^\s"'&]{0,80}[A-Za-z])(?P<secret>[^\s"'&#]{10,})]=] },
  { kind = "password", need = "://",
    pattern = [[\b[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@"']*:(?!\d+/)(?P<secret>[^\s@"']+(?:@[^\s@"'/?]+)*)@]] },
  { kind = "token", need = "://", -- in the place of the user
    pattern = [[://(?=[\w-]{0,80}\d)(?=[\w-]{0,80}[A-Za-z])(?P<secret>[0-9A-Za-z_-]{20,})@]] },
  { kind = "password", pattern = [[[\w.-]{1,80}:(?P<secret>[^\s"']{1,200})(?:@tcp\(|@unix\()]] }, -- of Go's drivers

  -- Lists and objects under such a name. Of a password all is hidden, of others what says nothing else.
  { kind = "password", need = listed,
    pattern = [=[(?i)<<password>><<more>>["']\s*:\s*[\[{](?P<secret>(?:[^\[\]{}]|[\[{][^\[\]{}]{0,400}[\]}])+)[\]}]]=] },
  { kind = "secret", need = listed,
    pattern = [=[(?i)(?:<<password>>s?|secrets?|tokens?|credentials?|creds|<<lock>>[_-]?(?:access[_-]?)?keys?)["']?\s{0,4}[:=]\s{0,4}(?P<secret><<nested>>)]=],
    each = [=[(?i)(?:["']<<member>>["']\s*:\s*|[\[,]\s*)["']<<state>>(?P<secret>(?:[^"'\\]|\\.)+)["'](?!\s*:)]=] },
  { kind = "secret", -- passwords=a,b
    need = [=[(?i)(?:passwords|passwds|secrets|tokens|keys)["']?\s?[=:]]=],
    pattern = [=[(?i)(?:passwords|passwds|secrets|tokens|<<lock>>[_-]?keys)["']?\s?[=:]\s?["']?(?=\[?[^\s"']{0,400}(?:[a-z]\d|\d[a-z]|[!@#$^*~]))(?P<secret>\[?[^\s"'&;=:,]+(?:, ?[^\s"'&;=:,]+(?![=:]))+)]=],
    each = [=[[^\s,\[\]]+]=] },

  -- Secrets of Kubernetes: whatever their keys are called; `data` may stand in front of `kind`.
  { kind = "secret", need = manifest,
    pattern = [=[\b(?:data|stringData)(?P<quote>\\*["'])\s*:\s*\{(?P<secret>(?:<<string>>|[^{}"'])+)]=],
    each = [=[:\s*(?P<quote>\\*["'])(?P<secret><<inside>>)(?P=quote)]=] },
  { kind = "secret", need = manifest,
    pattern = [=[(?m)^(?P<indent>[ \t]*)(?:- )?(?:data|stringData):[ \t]*\r?\n(?P<secret>(?:(?P=indent)[ \t]+\S[^\n]*(?:\n|\Z))+)]=],
    each = [=[(?m)^[ \t]+(?:[\w.-]+:[ \t]+["']?(?![|>][+-]?\s*$)|(?![\w.-]+:\s))(?P<secret>[^\s"'][^\r\n"']*)]=] },

  -- key="value" with blanks in it, 'value', \"value\" inside another string: see `quoted` below.
  -- key=value, key: value, key => value.
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>><<more>><<quote>>?<<blank>>*<<is>><<blank>>*(?:\{[\w-]{2,20}\}(?=\S)|[\[({]|[bru]?<<quote>>)*<<void>>(?P<secret>[^\s"',;&)}\]]+<<tail>>)]=] },
  -- Percent-encoded.
  { kind = "password", need = [=[(?i)%3[AD]|%25|%5D]=],
    pattern = [=[(?i)(?:(?:<<stem>>(?:s|\d|_confirmation|_key)?|credentials|<<short>>)(?:%(?:25)*5B\w{0,40})?(?:%(?:25)*(?:22|27|5C|5D))*(?:%(?:25)*3[AD]|(?<=%5D)=))(?:%(?:25)*(?:20|22|27)|\+)*(?P<secret>(?:[^\s"'&%]|%(?!(?:25)*(?:22|26|27|2C|7D))[0-9a-f]{2})+)]=] },
  -- As an argument, in a column, in brackets, in a sentence, in XML, in SQL.
  { kind = "password", need = argued,
    pattern = [=[(?i)(?<![\w-])-<<option>>(?:\s+|=)(?:\\*["'](?P<secret>[^"'\\]+))]=] },
  { kind = "password", need = argued,
    pattern = [=[(?<![\w-])-(?i:<<option>>)(?:\s+|=)<<path>><<blanked>>(?P<secret>[^\s"'-][^\s"']*)]=] },
  { kind = "password", need = argued, -- ["--password","x"]
    pattern = [=[["'](?i:<<option>>)\\*["'],\s?\\*["']<<blanked>>(?P<secret>(?:[^"'\\]|\\+[^"'\\])+)]=] },
  { kind = "password", need = argued,
    pattern = [=[(?i)(?<!\S)(?:(?:-password[ =:]|-passwd[ =:]|-pass[ =:]|-pwd[ =:]|-pw )["']?(?!(?:and|or|is|was|for|to|in|from|with|must|reset|change|prompt|file|field|flags?|options?|arguments?)\b)|(?:-token[ =:]|-secret[ =:])["']?<<mixed>>)<<void>>(?!pass:|env:|file:|fd:|stdin)(?P<secret>[^\s"'\\-][^\s"']*)]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>><<more>>(?:[\t|~]+|[,;]["']?<<other>>)<<odd>>(?P<secret>[^\s"',;|]{4,})]=] },
  { kind = "password", need = told, pattern = [=[(?i)(?<![/\w.-])(?:password|passwd|passphrase|passcode|pwd) {1,2}<<odd>><<other>>(?P<secret>[^\s"',;<>()\[\]{}]{5,})]=] },
  { kind = "password", need = told, -- user mia, password swordfish
    pattern = [=[(?i)\b(?:user(?:name)?|login|account)[ =:]+["']?[^\s"',;]{1,80}["']?[ ,;]+(?:(?:and|with|using) )?<<password>>:? +<<prose>><<other>>(?P<secret>[^\s"',;()\[\]{}]{4,})]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>>(?: for \S{1,80})? (?:set|changed|reset) to:? +["']?<<prose>>(?P<secret>[^\s"',;]{4,})]=] },
  { kind = "password", need = told, -- ALTER ROLE mia WITH PASSWORD 'swordfish'
    pattern = [=[(?i)\b(?:(?:alter|create)\s+(?:user|role|login)\b[^\n;]{0,200}?\b|set\s+)password(?:\s+for\s+\S+)?(?:\s+|\s*=\s*)(?:password\s*\(\s*)?["'](?P<secret>[^"']+)["']]=] },
  { kind = "password", -- switches and routers
    pattern = [=[(?i)(?:\benable(?: algorithm-type \w+)? (?:secret|password) (?:\d |<<mixed>>)|\busername \S{1,80} (?:privilege \d+ )?(?:secret|password) \d |snmp-server community (?=\S{1,80} r[ow]\b))(?P<secret>[^\s"']{4,})]=] },
  { kind = "password", need = [=[(?i)(?:name|key|id)=\\*["']?[\w:.\[-]{0,40}<<root>>]=], -- <add key="password" value="swordfish"/>
    pattern = [=[(?i)(?:name|key|id)=\\*["']?[\w:.\[-]{0,40}<<stem>>[\w\]]{0,20}\\*["']?[;,]?\s{1,4}(?:value=|content=)\\*["']?<<void>>(?P<secret>[^"'\\<>]+)]=] },
  { kind = "password", need = [=[(?i)(?:name|key|id)=\\*["']?[\w:.\[-]{0,40}<<root>>]=], -- a part of form data
    pattern = [=[(?i)name=\\*["'][\w.\[-]{0,40}<<stem>>[\w\]]{0,20}\\*["'](?:(?:\\+r)?\\+n|\r?\n){2}(?P<secret>[^\s\\"']{4,})]=] },
  { kind = "password", need = [=[(?i)<<password>>["'],]=], pattern = [=[(?i)[\[({]["']<<password>>["'],\s?["'](?=[^"'\s]{0,80}\d)<<other>>(?P<secret>[^"'\s]{4,})["'][\])}]]=] },
  { kind = "password", pattern = [=[(?i)\bconvertto-securestring(?:\s+-string)?\s+["'](?P<secret>[^"'\n]+)]=] },
  { kind = "password", -- Redis, SMTP
    pattern = [=[(?i)(?:"auth" (?:"[^"\s]{1,80}" )?"|\b(?:auth plain |auth login )(?=[^\s]{0,80}[\d=]))(?P<secret>[^\s"']{4,})]=] },
  { kind = "password", -- FTP, POP3, IRC
    pattern = [=[(?:\bUSER \S{1,80}[ ,;]+|> ?|\bC: ?|["']|\bcommand:? |\bcmd[=: ]"?)PASS (?P<secret>[^\s"']+)]=] },
  -- On a command line.
  { kind = "password", pattern = [=[\bmysql\w*\b[^\n|;]{0,200}? -p(?P<secret>[^\s"']{2,})]=] },
  { kind = "password",
    pattern = [=[\b(?:sshpass\s+-p ?|(?:sqlcmd|osql|isql|bcp)\b[^\n|;]{0,200}? -P ?|ldap(?:search|modify|add|delete|passwd|whoami)\b[^\n|;]{0,200}? -w ?|redis-cli\b[^\n|;]{0,200}? -a |(?:plink|pscp|psftp|putty)\b[^\n|;]{0,200}? -pw |(?:smbclient|rpcclient)\b[^\n|;]{0,200}? -U ?["']?[^\s%"']{1,80}%|openssl enc\b[^\n|;]{0,200}? -k |sqlplus (?:-\w+ ){0,4}["']?[\w.$#]{1,80}/|jdbc:oracle:\w+:[\w.$#]{1,80}/)["']?(?P<secret>[^\s"'@]{2,})]=] },
  { kind = "password", pattern = [=[<<login>> (?:-u|-U|--user|--username)[ =]?[^\s-]\S{0,80} -p ?["']?<<port>><<path>>(?P<secret>[^\s"'./~-][^\s"']{2,})]=] },
  { kind = "password", pattern = [=[<<login>> -p ["']?<<port>><<path>>(?P<secret>[^\s"'./~-][^\s"']{2,})["']? (?:-u|--user|--username)[ =]]=] },
  { kind = "password", pattern = [=[(?i)(?<!\S)(?:/p:|/pw:|/rp )(?![\w.]+=)<<mixed>>(?P<secret>[^\s"',;]{4,})]=] },
  { kind = "password", pattern = [=[\bcurl\b[^\n|;]{0,200}? (?:-u|--user|--proxy-user)[ =]?["']?[^\s:"']{1,80}:(?P<secret>[^\s"']+)]=] },
  { kind = "password", pattern = [=[--from-literal[= ]["']?[^\s=]{1,200}=(?P<secret>[^\s"']+)]=] },
  { kind = "password", pattern = [=[\bsnmp(?:walk|get|bulkwalk|set|trap|table)\b(?P<secret>[^\n|;]{1,400})]=], each = [=[ -[AX] ?["']?(?P<secret>[^\s"'-][^\s"']*)]=] },
  { kind = "password", pattern = [=[(?i)(?:\bnet user|\bnet1 user) \S{1,80} (?P<secret>[^\s/*]\S*)]=] },
  { kind = "password", pattern = [=[\becho +(?:-n +)?["']?(?:[\w.-]{1,80}:)?(?P<secret>[^\s"'|]+)["']? *\| *(?:sudo +)?(?:\S*/)?(?:ch)?passwd\b]=] },
  { kind = "password", need = [=["-p|'-p|"curl|'curl]=], -- ["mysql","-psecret"]: where it is sure
    pattern = [=[["'](?:mysql\w*\\*["'](?:,\s?\\*["'][^"']*["']){0,12}?,\s?\\*["']-p|sshpass\\*["'],\s?\\*["']-p(?:\\*["'],\s?\\*["'])?|curl\\*["'](?:,\s?\\*["'][^"']*["']){0,12}?,\s?\\*["'](?:-u|--user|--proxy-user)\\*["'],\s?\\*["'][^"':]{1,80}:|(?:-u|-U|--user|--username)\\*["'],\s?\\*["'][^"']{1,80}["'],\s?\\*["']-p\\*["'],\s?\\*["']<<port>><<path>>)(?P<secret>(?:[^"'\\]|\\+[^"'\\])+)]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>>[ ]{0,2}[\[({<](?!\d+\]:)<<odd>>(?P<secret>[^\s\])}>]{4,})[\])}>]]=] },
  { kind = "password", need = told,
    pattern = [=[(?i)<<password>>(?: for [^\s]{1,80})? (?:is|was|set to|changed to)[ :]+["']?<<odd>>(?P<secret>[^\s"',;]{5,})]=] },
  { kind = "password", need = told, pattern = [=[(?i)<<password>> {1,2}["'`](?P<secret>(?=[^"'`\n]{0,80}\d)[^"'`\n]{5,80})["'`]]=] },
  { kind = "password", need = [=[(?i)<[^<>]{0,120}<<root>>[^<>]{0,80}>]=],
    pattern = [=[(?i)<(?:(?:property|entry|param|setting|string)\s[^<>"']{0,60}["'])?[\w:.-]{0,40}<<stem>>[^<>]{0,80}>(?:\\[nrt]|\s)*(?P<secret>[^<\s\\][^<]*)<]=] },
  { kind = "password",
    pattern = [=[(?i)identified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?["'](?P<secret>[^"']+)]=] },
  -- "pass" and "pin" are words: as keys, with what is no count.
  { kind = "password", need = [=[(?i)(?:pass|pw)(?:[=:"'`\\\]\[－-]| [=:＝：]|[＝：])]=],
    pattern = [=[(?i)<<short>>(?:\\*<<quote>>[ ]?<<is>>|[ ]?(?:=>?|＝|：)|->)\s?\\*["'`]?(?!(?:\d{1,4}|ok)\b)<<void>>(?P<secret>[^\s"'`,;&)}\]\\]+)]=] },
  { kind = "password", need = [=[(?i)(?:pass|pw)(?:[=:"'`\\\]\[－-]| [=:＝：]|[＝：])]=],
    pattern = [=[(?i)(?<![a-z0-9])<<owner>>{1,2}[_-]?(?:pass|pw)[ ]?:[ ]{0,2}["']?(?!(?:\d{1,4}|ok)\b)<<void>>(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "password", need = [=[(?i)(?:pass|pw)(?:[=:"'`\\\]\[－-]| [=:＝：]|[＝：])]=], -- the value has a digit or a sign: "pass: all"; test runners write PASS
    pattern = [=[(?<![A-Za-z0-9])(?:[Pp]ass:|pw:|PW:)[ ]{0,2}["']?<<odd>><<other>>(?P<secret>[^\s"',;&)}\]]{5,})]=] },
  { kind = "password", -- spelled apart, and in other languages
    need = [=[(?i)(?:pass(?:[ _-][wpc]|wort|ord|e\s?[:=＝："'])|kennwort|contrase|senha|wachtwoord|heslo|adgangskode|salasana)]=],
    pattern = [=[(?i)(?:pass[ _-](?:word|phrase|code)|passwort|kennwort|contrasena|senha|mot[ _-]de[ _-]passe|wachtwoord|heslo|passord|adgangskode|salasana)<<quote>>?\s{0,2}<<is>>\s{0,2}<<quote>>?(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "password", -- without (?i), so that their bytes are looked for
    pattern = [=[(?:[Пп]ароль|ПАРОЛЬ|[Cc]ontraseña|CONTRASEÑA|[Hh]asło|HASŁO|[Ll]ösenord|LÖSENORD|密码|密碼|パスワード|비밀번호)<<quote>>?\s{0,2}<<is>>\s{0,2}<<quote>>?(?P<secret>[^\s"',;&)}\]]+)]=] },
  { kind = "pin", need = [=[(?i)(?:otp|cvv|cvc|pin=|pin"|pin'|(?:mfa|2fa|sms|verification)_?code)]=],
    pattern = [=[(?i)(?<![a-z0-9])<<pin>>["']?(?P<secret>\d{3,12}|(?=[a-z]*\d)[0-9a-z]{4,12})\b]=] },
  { kind = "secret", need = named,
    pattern = [=[(?i)<<named>>\\*["'`]?<<sign>>[\["'`\\]*<<state>>(?P<secret><<dense>><<tail>>)]=] },
  { kind = "secret", need = keyed,
    pattern = [=[(?i)<<keyed>>\\*["'`]?<<sign>>[\["'`\\]*<<state>><<place>>(?P<secret><<dense>><<tail>>)]=] },
  { kind = "secret", need = [=[(?i)(?:cred|[cx]srf|tokens|passkey|auth_co|authco|authorization_code|session_cookie|client_assertion|recovery_code|security_answer|samlresponse|sharedaccess)]=], -- without a digit or a sign it may be a sentence
    pattern = [=[(?i)(?:credentials?|creds|tokens|csrf|xsrf|passkey|auth_code|authcode|authorization_code|auth_cookie|session_cookie|client_assertion|recovery_code|security_answer|samlresponse|sharedaccesssignature)<<index>>\\*["'`]?<<blank>>*<<is>><<blank>>*[\["'`\\]*<<place>><<mixed>>(?P<secret>[^\s"'`,;&)}\]\\]{8,})]=] },
  { kind = "signature", need = [=[(?i)(?:sig=|sig"|sig%3D|signature|sid=|session=)]=], -- of a signed URL, and a session in one
    pattern = [=[(?i)(?:[?&;](?:amp;)?(?:sig=|signature=|sid=|session=)|(?:amz-signature|goog-signature)\\*["']?\s?<<is>>\s?\\*["']?)<<mixed>>(?P<secret>[^\s"'&,;)}\]<\\]{8,})]=] },
  { kind = "signature", need = [=[(?i)(?:sig=|sig"|sig%3D|signature|sid=|session=)]=],
    pattern = [=[(?i)(?<![a-z0-9])(?:sig=|sig"|sig%3D|signature=|signature"|signature%3D|amz-signature:)\s?:?\s?["']?<<odd>>(?P<secret>[0-9a-z%+/=_-]{20,})(?![^\s"'&,;)}\]<\\])]=] },

  { kind = "card", luhn = true,
    pattern = [=[(?:(?<![\d.-])|(?<=%20))(?P<secret>\d{4}(?:(?:[ -]?\d{4}){2}[ -]?\d{2,4}|(?:\.\d{4}){3}|(?:_\d{4}){3}|(?:%20\d{4}){3}|(?:\xa0\d{4}){3})|3[47]\d{2}(?:[ -]?\d{6}[ -]?|[._\xa0]\d{6}[._\xa0]|%20\d{6}%20)\d{5})(?!\d|-\d|\.\d)]=] },
  { kind = "email", level = "pii", pattern = [[\b(?P<secret>[0-9A-Za-z._%+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*\.[A-Za-z]{2,})\b]] },
  { kind = "phone", level = "pii", pattern = [[(?<![\w.+-])(?P<secret>\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4})(?![\w-])]] },
}

local function expanded(pattern)
  local count
  repeat
    pattern, count = pattern:gsub("<<(%a+)>>", parts)
  until count == 0
  return pattern
end

--- What stands between quotes, be they escaped, is a secret up to the last of them, whatever is in it.
---@param name string  what stands in front of the sign
---@param guard string  what the value must be
local function quoted(kind, need, name, guard)
  local value = [=[(?P<quote>\\*["'])]=] .. guard .. [=[(?P<secret><<inside>>)(?P=quote)]=]
  secrets[#secrets + 1] =
    { kind = kind, need = need, pattern = "(?i)" .. name .. [=[\\*["']?<<blank>>*<<is>><<blank>>*[bru]?]=] .. value }
end

quoted("password", told, "<<password>><<more>>", "")
quoted("secret", named, "<<named>>", "<<state>><<certain>>")
quoted("secret", keyed, "<<keyed>>", "<<state>><<place>><<certain>>")

for _, entry in ipairs(secrets) do
  for _, key in ipairs { "pattern", "need", "each" } do
    entry[key] = entry[key] and expanded(entry[key])
  end
end

return secrets
