return rule {
  id          = "errors.disk_full",
  title       = "Disk full or unusable",
  type        = "Error",
  severity    = "critical",
  description = "A write failed because the disk, its quota or its inodes are used up, or the file system went read-only.",
  tags        = { "error.disk" },
  dedup       = { "service", "host" },

  any = {
    [[(?i)\bno space left on (?:the )?device\b|\bENOSPC\b]],
    [[(?i)\b(?:disk|volume|file ?system|partition|tablespace) (?:\S{1,60} )?(?:is )?(?:now )?full\b]],
    [[(?i)\bdisk quota exceeded\b|\bEDQUOT\b|\bout of (?:disk space|inodes)\b|\bnot enough disk space\b]],
    [[(?i)\bread-only file ?system\b|\bEROFS\b|\bremount(?:ing|ed) (?:file ?system )?read-only\b]],
    [[(?i)\b(?:could not|cannot|can't) extend (?:file|table|segment)\b]],
  },
  none = { access_line, [[(?i)\bdisk (?:is )?(?:not|0%|[0-8]?\d%) full\b|\bfull disk (?:access|encryption|scan|backup)\b]] },
  unless = { level = { "trace", "debug", "info" } },

  tests = {
    { "JSON write error",
      log = [[{"severity":"ERROR","service":"ingest","message":"cannot write segment","error":"write /data/7: no space left on device"}]],
      expect = { { service = "ingest" } } },
    { "PostgreSQL",
      log = [[2024-11-26 10:15:00.120 UTC [311] ERROR:  could not extend file "base/16384/2619": No space left on device]], expect = 1 },
    { "61 % is not full", log = [[2024-11-26T10:15:00Z WARN disk 61% full on /data]], expect = 0 },
    { "full disk backup", log = [[2024-11-26T10:15:00Z INFO full disk backup finished, volume /data]], expect = 0 },
    { "each form", log = {
      [[2024-11-26 10:15:01 ERROR ENOSPC]],
      [[2024-11-26 10:15:02 ERROR volume /data is full]],
      [[2024-11-26 10:15:03 ERROR disk quota exceeded]],
      [[2024-11-26 10:15:04 ERROR remounting read-only]],
      [[2024-11-26 10:15:05 ERROR cannot extend file 7]],
    }, expect = 5 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "no space left on device"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 ERROR disk full: no, disk 61% full]],
      [[{"level":"info","message":"volume archive is full, next one"}]],
    }, expect = 0 },
  },
}
