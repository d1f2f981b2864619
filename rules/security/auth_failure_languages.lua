-- "login" and "log in", "sign in" as loan words.
local LOGIN = [[(?:[Ll]og-?[Ii]n|[Ii]nlog|[Aa]nmelde|[Aa]anmeld|[Ii]nlogg)]]

return rule {
  id          = "security.auth_failure_languages",
  title       = "Authentication failed for {user_id}",
  type        = "Security",
  severity    = "high",
  description = "A failed login that the log reports in another language than English.",
  tags        = { "attack.t1110", "attack.credential_access" },

  any = {
    -- German
    [[(?:Anmeldung|Anmeldeversuch|Authentifizierung|Login) (?:\S{1,60} )?(?:ist )?(?:fehlgeschlagen|gescheitert|verweigert|abgelehnt)|(?i:\bfehl(?:erhafter?|geschlagener?)) ]] .. LOGIN,
    [[(?i:\b(?:falsche[srn]?|ung(?:ü|ue)ltige[srn]?|fehlerhafte[srn]?)) (?:Passw(?:ort|ör)|Kennwort|Benutzer(?:name)?|Zugangsdaten|Anmeldedaten|Login)]],
    -- French
    [[(?:[ÉéEe]chec) (?:de |d['’])(?:la )?(?:tentative de )?(?:connexion|l['’]authentification|authentification|identification)|[Tt]entative de connexion (?:échouée|infructueuse|refusée)]],
    [[(?i:\bmot de passe|\bidentifiants?|\bnom d['’]utilisateur) (?:incorrecte?s?|invalides?|erronés?|inconnus?)]],
    -- Spanish, Portuguese, Italian, Romanian
    [[(?i:\b(?:error|fallo|falha|erro)) (?:de|al|en|no|na|ao|do) (?:el )?(?:inicio de sesi[óo]n|iniciar sesi[óo]n|autenticaci[óo]n|autentica[çc][ãa]o|iniciar sess[ãa]o|login|acceso)]],
    [[(?i:\b(?:intento|tentativa|tentativo)) (?:fallido |inv[áa]lida? )?(?:de|di) (?:inicio de sesi[óo]n|acceso|accesso|login|autenticazione|autentica[çc][ãa]o|conexi[óo]n)]],
    [[(?i:\b(?:contraseñ?a|senha|password|credenciai?s|credenciales|credenziali)) (?:incorrect[ao]s?|inv[áa]lid[ao]s?|no v[áa]lidas?|non valid[ae]|errat[ao]|erróneas?)]],
    [[\b(?:[Aa]utenticare|[Cc]onectare) (?:nereu[sșş]it[ăa]|e[sș]uat[ăa])]],
    -- Dutch, Swedish, Norwegian, Danish, Finnish
    [[(?i:\b(?:mislukte|foutieve|ongeldige|misslyckat|misslyckad|mislykket|mislykkede|mislykkedes)) ]] .. LOGIN .. [[|(?:[Ii]nloggen|[Aa]anmelden|[Ii]nloggning(?:en)?|[Ii]nnlogging(?:en)?) (?:is )?(?:mislukt|misslyckades|mislyktes)]],
    [[(?i:\b(?:onjuist|verkeerd|ongeldig|fel(?:aktigt)?|feil|forkert|v(?:ää|aa)r(?:ä|a))) (?:wachtwoord|gebruikersnaam|lösenord|passord|adgangskode|salasana)|[Ee]päonnistunut (?:sisään)?kirjautumis]],
    -- Polish, Czech, Turkish, Russian
    [[[Nn]ieudan[ae] (?:próba )?logowani|[Nn]ieprawidłow[ea] (?:hasło|nazwa|dane)|[Nn]eúspěšn[ýé] (?:pokus o )?přihlášení|[Gg]iriş başarısız|[Hh]atalı (?:şifre|parola)]],
    [[[Нн]еуда(?:чная|чный|лась) .{0,20}(?:вход|авторизац|аутентификац)|[Нн]еверн(?:ый|ое|ые) (?:пароль|логин|имя пользователя|учётные данные)|[Оо]шибка (?:входа|авторизации|аутентификации)]],
    -- Chinese, Japanese, Korean
    [[登[录陆入](?:尝试)?失败|密码错误|用户名或密码|认证失败|失败的登[录陆入]|ログイン(?:に)?失敗|認証(?:に)?失敗|パスワードが(?:違|間違|正しくあり)|로그인(?:에)? ?실패|인증(?:에)? ?실패]],
  },
  none = { access_line },

  tests = {
    { "each language", log = {
      [[2024-11-26 10:15:01 WARN Anmeldung fehlgeschlagen: Benutzer mia von 203.0.113.9]],
      [[2024-11-26 10:15:02 WARN Falsches Passwort von 203.0.113.9]],
      [[2024-11-26 10:15:03 WARN Échec de la tentative de connexion de 203.0.113.9]],
      [[2024-11-26 10:15:04 WARN Mot de passe incorrect pour mia]],
      [[2024-11-26 10:15:05 WARN Error al iniciar sesión desde 203.0.113.9]],
      [[2024-11-26 10:15:06 WARN Tentativo di accesso non riuscito di mia]],
      [[2024-11-26 10:15:07 WARN contraseña incorrecta para mia]],
      [[2024-11-26 10:15:08 WARN Autentificare: autenticare eșuată pentru mia]],
      [[2024-11-26 10:15:09 WARN Mislukte login poging van 203.0.113.9]],
      [[2024-11-26 10:15:10 WARN Onjuist wachtwoord voor mia]],
      [[2024-11-26 10:15:11 WARN Nieudana próba logowania z 203.0.113.9]],
      [[2024-11-26 10:15:12 WARN Неверный пароль для mia]],
      [[2024-11-26 10:15:13 WARN 登录失败: mia]],
    }, expect = 13 },
    { "JSON", log = [[{"level":"warn","service":"portal","message":"Ungültige Anmeldedaten","ip":"203.0.113.9"}]], expect = { { ip = "203.0.113.9" } } },
    { "logged in", log = [[2024-11-26 10:15:01 INFO Anmeldung erfolgreich: mia, connexion de mia, sesión de mia]], expect = 0 },
    { "a page", log = [[2024-11-26 10:15:01 INFO Passwort vergessen? Seite gezeigt]], expect = 0 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "Anmeldung fehlgeschlagen: Benutzer mia von 203.0.113.9"]], expect = 0 },
  },
}
