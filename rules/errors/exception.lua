return rule {
  id          = "errors.exception",
  title       = "Exception or stack trace",
  type        = "Error",
  severity    = "high",
  description = "An exception with its stack trace, or one that nothing handled.",
  tags        = { "error.exception" },

  any = {
    [[\bTraceback \(most recent call last\)]],
    [[(?i)\b(?:unhandled|uncaught|unexpected|fatal) (?:\w+ )?(?:exception|rejection)\b]],
    [[(?i)\bexception\b.{0,40}\b(?:thrown|raised|caught|occurred|causing)\b]],
    -- A class name and its message: `java.io.IOException: broken pipe`, `TypeError: x is not a function`.
    [[(?m)(?:^|[\s:>"'(\[])(?:[A-Za-z_][\w$]{0,60}(?:\.|::|\\)){0,12}[A-Z][\w$]{0,80}(?:Exception|Error)(?:: |:?$| \()]],
    -- Frames of Java and JavaScript, Python, Go; the first line of a PHP one.
    [[(?m)^\s+at [\w.$<>/ ]+\(.{0,200}\)]],
    [[(?m)^\s*File "[^"\n]{1,300}", line \d+, in ]],
    [[(?m)^goroutine \d+ \[[a-z ]+\]:]],
    [[\bPHP (?:Fatal|Parse) error: ]],
  },
  none = {
    [[\bOutOfMemoryError\b|(?i:\bout of memory\b)]],                -- errors.out_of_memory
    [[(?m)^panic: |\bpanicked at\b|\bSIG(?:SEGV|ABRT|BUS)\b]],      -- errors.crash
    [[(?i)\bhystrix\b|\bCallNotPermittedException\b|\bBrokenCircuitException\b|\bHikariPool\b.{0,40}\bnot available\b]],
    [[(?i)\bRunContainerError\b|\bCreateContainer\w*Error\b]],
    [[(?i)\b(?:0|no|zero|without) (?:unhandled |uncaught )?exceptions?\b]],
  },
  unless = { level = { "trace", "debug" } },

  tests = {
    { "JSON with a Java trace",
      log = [[{"level":"ERROR","service":"payment","message":"charge aborted","stack":"java.lang.IllegalStateException: no route\n\tat com.example.Pay.run(Pay.java:41)"}]],
      expect = { { service = "payment", level = "error" } } },
    { "a Python traceback is one finding",
      log = "2024-11-26T10:15:00Z ERROR worker job 17\n  Traceback (most recent call last):\n"
         .. "    File \"/srv/app/job.py\", line 12, in run\n  ValueError: bad row",
      expect = 1 },
    { "uncaught exception", log = [[2024-11-26 10:15:00 FATAL [main] Uncaught exception in thread "main"]], expect = 1 },
    { "a mapper is set up", log = [[2024-11-26T10:15:00Z DEBUG mapping ConflictException: 409]], expect = 0 },
    { "none happened", log = [[2024-11-26T10:15:00Z INFO nightly run: 0 exceptions thrown]], expect = 0 },
    { "a module of that name", log = [[2024-11-26T10:15:00Z INFO error_handler installed, ExceptionFilter ready]], expect = 0 },
  },
}
