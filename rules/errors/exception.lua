return rule {
  id          = "errors.exception",
  title       = "Exception or stack trace",
  type        = "Error",
  severity    = "high",
  description = "An exception with its stack trace, or one that nothing handled.",
  tags        = { "error.exception" },
  dedup       = { "service", "host" },

  any = {
    [[\bTraceback \(most recent call last\)]],
    [[(?i)\b(?:unhandled|uncaught|unexpected|fatal) (?:\w+ )?(?:exception|rejection)\b]],
    [[(?i)\bexception\b.{0,40}\b(?:thrown|raised|caught|occurred|causing)\b]],
    -- A class name and its message: `java.io.IOException: broken pipe`, `TypeError: x is not a function`.
    [[(?m)(?:^|[\s:>"'(\[])(?P<exception>(?:[A-Za-z_][\w$]{0,60}(?:\.|::|\\)){0,12}[A-Z][\w$]{0,80}(?:Exception|Error))(?:: |:?$| \()]],
    -- Frames of Java and JavaScript, Python, Go; the first line of a PHP one.
    [[(?m)^\s+at [\w.$<>/ ]+\(.{0,200}\)]],
    [[(?m)^\s*File "[^"\n]{1,300}", line \d+, in ]],
    [[(?m)^goroutine \d+ \[[a-z ]+\]:]],
    [[\bPHP (?:Fatal|Parse) error: |\bUnhandledPromiseRejection|\([A-Z]\w{0,80}(?:Error|Exception)\):?$]],
  },
  none = {
    access_line,
    [[\bOutOfMemoryError\b|(?i:\bout of memory\b)]],                -- errors.out_of_memory
    [[(?m)^panic: |\bpanic serving \S+: |\bpanicked at\b|\bSIG(?:SEGV|ABRT|BUS)\b]],      -- errors.crash
    [[(?i)\bhystrix\b|\bCallNotPermittedException\b|\bBrokenCircuitException\b|\bHikariPool\b.{0,40}\bnot available\b]],
    [[(?i)\bRunContainerError\b|\bCreateContainer\w*Error\b]],
    [[(?i)\b(?:0|no|zero|without) (?:unhandled |uncaught )?exceptions?\b]],
    -- A class that is only named: "registered mapper for NotFoundException", "Loaded class shop.PaymentError"
    [[(?i)\b(?:(?:un)?register(?:ed|ing)?|load(?:ed|ing)|mapp(?:ed|er|ing)|handlers?|resolver|class|ignor(?:e|ed|es|ing)) [^:\n]{0,80}(?:exception|error)s?"?\Z]],
  },
  unless = { { level = { "trace", "debug" } }, { eventSource = { exists = true }, errorCode = { exists = true } } },    -- aws.api_error
  match = function(_, found)
    for _, hit in ipairs(found) do
      if hit.groups.exception then return { title = "Exception: " .. hit.groups.exception } end
    end
    return true
  end,

  tests = {
    { "JSON with a Java trace",
      log = [[{"level":"ERROR","service":"payment","message":"charge aborted","stack":"java.lang.IllegalStateException: no route\n\tat com.example.Pay.run(Pay.java:41)"}]],
      expect = { { service = "payment", level = "error", title = "Exception: java.lang.IllegalStateException" } } },
    { "a Python traceback is one finding",
      log = "2024-11-26T10:15:00Z ERROR worker job 17\n  Traceback (most recent call last):\n"
         .. "    File \"/srv/app/job.py\", line 12, in run\n  ValueError: bad row",
      expect = 1 },
    { "uncaught exception", log = [[2024-11-26 10:15:00 FATAL [main] Uncaught exception in thread "main"]], expect = 1 },
    { "a mapper is set up", log = [[2024-11-26T10:15:00Z DEBUG mapping ConflictException: 409]], expect = 0 },
    { "none happened", log = [[2024-11-26T10:15:00Z INFO nightly run: 0 exceptions thrown]], expect = 0 },
    { "a module of that name", log = [[2024-11-26T10:15:00Z INFO error_handler installed, ExceptionFilter ready]], expect = 0 },
    { "each form", log = {
      "2024-11-26 10:15:01 ERROR job\n  Traceback (most recent call last):",
      [[2024-11-26 10:15:02 ERROR unhandled promise rejection]],
      [[2024-11-26 10:15:03 ERROR an exception was thrown]],
      [[2024-11-26 10:15:04 ERROR TypeError: x is no function]],
      "2024-11-26 10:15:05 ERROR job\n\tat com.example.Pay.run(Pay.java:41)",
      "2024-11-26 10:15:06 ERROR job\n  File \"/srv/job.py\", line 3, in run",
      "2024-11-26 10:15:07 ERROR job\ngoroutine 7 [running]:",
      [[2024-11-26 10:15:08 ERROR PHP Fatal error: no such class]],
    }, expect = 8 },
    { "what a client said in an access log", log = [[203.0.113.9 - - [26/Nov/2024:10:15:02 +0000] "GET / HTTP/1.1" 404 91 "-" "ValueError: x"]], expect = 0 },
    { "each exception", log = {
      [[2024-11-26 10:15:01 ERROR java.lang.OutOfMemoryError: heap]],
      [[2024-11-26 10:15:02 ERROR uncaught exception: panicked at x]],
      [[2024-11-26 10:15:03 ERROR unexpected exception: CallNotPermittedException]],
      [[2024-11-26 10:15:04 ERROR unexpected exception: RunContainerError]],
      [[2024-11-26 10:15:05 INFO no exceptions, exception never thrown]],
      [[{"level":"debug","message":"unexpected exception type is mapped"}]],
    }, expect = 0 },
    { "in JSON", log = {
      [[{"eventSource":"shop","message":"unexpected exception"}]],
      [[{"errorCode":"17","message":"unexpected exception"}]],
    }, expect = 2 },
    { "of CloudTrail", log = {
      [[{"eventSource":"kms.amazonaws.com","errorCode":"DisabledException","errorMessage":"unexpected exception"}]],
    }, expect = 0 },
    { "a class that is only named: harmless", log = {
      [[{"level":"info","msg":"registered exception mapper for NotFoundException"}]],
      [[2024-11-26 10:15:01 INFO Loaded class com.shop.errors.PaymentFailedException]],
    }, expect = 0 },
  },
}
