--- What Sigma's log sources and field names are in records. Edit it for records of your own; files that were
--- converted before stay as they are.
---
---   channels   of Windows, by `service`: the values of the field Channel
---   events     of Windows, by `category`: the values of EventID
---   names      by category, product or service: other names of a field, of which the first that is in a record
---              counts, behind Sigma's own. `$.x` is the record's own field; a name without `$.` is a normalised one
---              (docs/rules.md), which lines of text have too.
---   also       by product: patterns of names that any field may have, `%s` its own
---   lines      by category: where a field stands in the text of a record (`message`): a regex for what is before it,
---              a class for its characters, a regex for what is behind it, the characters that it cannot have. Texts
---              with wildcards are looked for there too, regexes (`re`) are not

local SYSMON <const> = "Microsoft-Windows-Sysmon/Operational"
local SECURITY <const> = "Security"
local POWERSHELL <const> = { "Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational" }
local CLASSIC <const> = { "Windows PowerShell" }

-- By category: the channels and the events in them.
local function sysmon(...)
  return { channels = { SYSMON }, events = { ... } }
end

local function sysmon_or_security(...)
  return { channels = { SYSMON, SECURITY }, events = { ... } }
end

local M = {}

M.channels = {
  application = { "Application" },
  ["applocker"] = {
    "Microsoft-Windows-AppLocker/MSI and Script", "Microsoft-Windows-AppLocker/EXE and DLL",
    "Microsoft-Windows-AppLocker/Packaged app-Deployment", "Microsoft-Windows-AppLocker/Packaged app-Execution",
  },
  ["appmodel-runtime"] = { "Microsoft-Windows-AppModel-Runtime/Admin" },
  ["appxdeployment-server"] = { "Microsoft-Windows-AppXDeploymentServer/Operational" },
  ["appxpackaging-om"] = { "Microsoft-Windows-AppxPackaging/Operational" },
  ["bits-client"] = { "Microsoft-Windows-Bits-Client/Operational" },
  capi2 = { "Microsoft-Windows-CAPI2/Operational" },
  ["certificateservicesclient-lifecycle-system"] = {
    "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
  },
  ["codeintegrity-operational"] = { "Microsoft-Windows-CodeIntegrity/Operational" },
  ["diagnosis-scripted"] = { "Microsoft-Windows-Diagnosis-Scripted/Operational" },
  dhcp = { "Microsoft-Windows-DHCP-Server/Operational" },
  ["dns-client"] = { "Microsoft-Windows-DNS Client Events/Operational", "Microsoft-Windows-DNS-Client/Operational" },
  ["dns-server"] = { "DNS Server" },
  ["dns-server-analytic"] = { "Microsoft-Windows-DNS-Server/Analytical" },
  ["dns-server-audit"] = { "Microsoft-Windows-DNS-Server/Audit" },
  ["driver-framework"] = { "Microsoft-Windows-DriverFrameworks-UserMode/Operational" },
  ["firewall-as"] = { "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall" },
  ["hyper-v-worker"] = { "Microsoft-Windows-Hyper-V-Worker" },
  ["iis-configuration"] = { "Microsoft-IIS-Configuration/Operational" },
  ldap = { "Microsoft-Windows-LDAP-Client/Debug" },
  ["lsa-server"] = { "Microsoft-Windows-LSA/Operational" },
  ["microsoft-servicebus-client"] = { "Microsoft-ServiceBus-Client" },
  ["msexchange-management"] = { "MSExchange Management" },
  ntlm = { "Microsoft-Windows-NTLM/Operational" },
  openssh = { "OpenSSH/Operational" },
  powershell = POWERSHELL,
  ["powershell-classic"] = CLASSIC,
  ["printservice-admin"] = { "Microsoft-Windows-PrintService/Admin" },
  ["printservice-operational"] = { "Microsoft-Windows-PrintService/Operational" },
  security = { SECURITY },
  ["security-mitigations"] = {
    "Microsoft-Windows-Security-Mitigations/Kernel Mode", "Microsoft-Windows-Security-Mitigations/User Mode",
    "Microsoft-Windows-Security-Mitigations/KernelMode", "Microsoft-Windows-Security-Mitigations/UserMode",
  },
  ["shell-core"] = { "Microsoft-Windows-Shell-Core/Operational" },
  ["smbclient-connectivity"] = { "Microsoft-Windows-SmbClient/Connectivity" },
  ["smbclient-security"] = { "Microsoft-Windows-SmbClient/Security" },
  ["smbserver-connectivity"] = { "Microsoft-Windows-SMBServer/Connectivity" },
  sysmon = { SYSMON },
  system = { "System" },
  taskscheduler = { "Microsoft-Windows-TaskScheduler/Operational" },
  ["terminalservices-localsessionmanager"] = {
    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
  },
  vhdmp = { "Microsoft-Windows-VHDMP/Operational", "Microsoft-Windows-VHDMP-Operational" },
  windefend = { "Microsoft-Windows-Windows Defender/Operational" },
  wmi = { "Microsoft-Windows-WMI-Activity/Operational" },
}

M.categories = {
  process_creation = sysmon_or_security(1, 4688),
  file_change = sysmon(2),
  network_connection = sysmon_or_security(3, 5156),
  sysmon_status = sysmon(4, 16),
  process_termination = sysmon_or_security(5, 4689),
  driver_load = sysmon(6),
  image_load = sysmon(7),
  create_remote_thread = sysmon(8),
  raw_access_thread = sysmon(9),
  process_access = sysmon(10),
  file_event = sysmon(11),
  registry_add = sysmon(12),
  registry_delete = sysmon(12),
  registry_set = sysmon_or_security(13, 4657),
  registry_rename = sysmon(14),
  registry_event = sysmon_or_security(12, 13, 14, 4657),
  create_stream_hash = sysmon(15),
  pipe_created = sysmon(17, 18),
  wmi_event = sysmon(19, 20, 21),
  dns_query = sysmon(22),
  file_delete = sysmon(23, 26),
  clipboard_capture = sysmon(24),
  process_tampering = sysmon(25),
  file_block_executable = sysmon(27),
  file_block_shredding = sysmon(28),
  file_executable_detected = sysmon(29),
  sysmon_error = sysmon(255),
  ps_module = { channels = POWERSHELL, events = { 4103 } },
  ps_script = { channels = POWERSHELL, events = { 4104 } },
  ps_classic_start = { channels = CLASSIC, events = { 400 } },
  ps_classic_provider_start = { channels = CLASSIC, events = { 600 } },
  ps_classic_script = { channels = CLASSIC, events = { 800 } },
}

-- Of lines of access logs.
local WEB <const> = {
  ["c-ip"] = { "ip" },
  ["c-uri"] = { "$.cs-uri" },
  ["c-uri-stem"] = { "$.cs-uri-stem" },
  ["c-uri-query"] = { "$.cs-uri-query" },
  ["c-useragent"] = { "$.cs-user-agent", "$.cs(User-Agent)", "$.user_agent" },
  ["cs-host"] = { "$.cs(Host)" },
  ["cs-method"] = { "$.c-method", "method" },
  ["cs-referer"] = { "$.cs(Referer)", "$.referer" },
  ["cs-uri"] = { "$.c-uri" },
  ["cs-user-agent"] = { "$.c-useragent", "$.cs(User-Agent)", "$.user_agent" },
  ["cs-username"] = { "user_id" },
  ["cs-cookie"] = { "$.cs(Cookie)" },
  ["sc-status"] = { "status" },
}

-- ADDRESS - USER [TIME] "GET /stem?query HTTP/1.1" 200 91 "REFERRER" "AGENT", as Apache, nginx and others write it.
local REQUEST <const> = [[^[^"]*"[A-Z]{3,10} ]]
local QUOTED <const> = [["(?:[^"\\]|\\.)*+"]]
local STATUS <const> = [[^[^"]*]] .. QUOTED .. [[ \d{3} \S+ ]]
local URI <const> = { before = REQUEST, class = [=[[^ "]]=], after = [=[(?=[ "])]=], never = [=[[ "]]=] }
local AGENT <const> = { before = STATUS .. QUOTED .. [[ "]], class = [=[[^"]]=], after = [["]], never = [["]] }
local ACCESS_LINE <const> = {
  ["c-uri"] = URI,
  ["cs-uri"] = URI,
  ["cs-uri-stem"] = { before = REQUEST, class = [=[[^ "?]]=], after = [=[(?=[ "?])]=], never = [=[[ "?]]=] },
  ["cs-uri-query"] = {
    before = REQUEST .. [=[[^ "?]*+\??+]=], class = [=[[^ "]]=], after = [=[(?=[ "])]=], never = [=[[ "]]=],
  },
  ["cs-referer"] = { before = STATUS .. [["]], class = [=[[^"]]=], after = [["]], never = [["]] },
  ["cs-user-agent"] = AGENT,
  ["c-useragent"] = AGENT,
}

M.lines = { webserver = ACCESS_LINE, proxy = ACCESS_LINE }

-- Of Windows' own audit of the registry.
local REGISTRY <const> = { TargetObject = { "$.ObjectName" }, Image = { "$.ProcessName" } }

M.names = {
  process_creation = {
    Image = { "$.NewProcessName" }, ParentImage = { "$.ParentProcessName" }, User = { "$.SubjectUserName" },
  },
  network_connection = {
    Image = { "$.Application" }, DestinationIp = { "$.DestAddress" }, DestinationPort = { "$.DestPort" },
    SourceIp = { "$.SourceAddress" },
  },
  registry_set = REGISTRY,
  registry_event = REGISTRY,
  webserver = WEB,
  proxy = WEB,
  -- For audit logs as Google Cloud writes them; the names of the rules are those of a shipper.
  -- ["gcp.audit"] = { ["gcp.audit.method_name"] = { "$.protoPayload.methodName" } },
}

M.also = {
  -- windows = { "$.winlog.event_data.%s", "$.EventData.%s" },
}

return M
