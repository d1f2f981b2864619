import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.environ["TESTS"])
from terminal import Terminal  # noqa: E402

PROGRAM = sys.argv[1]
LINE = b"2024-11-26T10:30:18Z ERROR payment failed for user bob: connection refused\n"
QUIET_SECONDS = 2  # longer than the program waits before it draws


def scan(*arguments, **more):
    return Terminal([PROGRAM, "scan", "-r", "rules.lua", "-j", "1", *arguments], **more)


def feed(terminal, count):
    terminal.process.stdin.write(LINE * count)
    terminal.process.stdin.flush()


t = scan("-f", "json", "-")
feed(t, 10000)
print("standard input:", bool(re.fullmatch(r"[0-9.]+ [a-zA-Z]+, [0-9.]+ [a-zA-Z]+/s, [1-9]\d* findings",
                                           t.until(r", [1-9]\d* findings"))))
print("  end:", *t.finish()[::2])

os.mkfifo("pipe")
with open("big.log", "wb") as big:
    big.write(LINE * 20)
t = scan("-f", "json", "big.log", "pipe", "missing.log", "-")
with open("pipe", "wb") as pipe:
    print("several:", t.until(r"source 2 of 4").split(",")[0])
print("then:", t.until(r"source 4 of 4").split(",")[0])
code, out, left = t.finish()
print("  end:", code, left)

t = scan("-f", "json", "-", columns=30)
print("narrow:", len(t.until("bytes")) < 30)
print("  end:", *t.finish()[::2])

t = scan("-f", "json", "-")
started = time.monotonic()
t.during(QUIET_SECONDS + 1)
drawn = t.seen.count(b"\x1b[K")
print("drawn:", 1 <= drawn <= (time.monotonic() - started) * 5)
t.finish()

t = scan("-f", "text", "-", output=True)
feed(t, 1)
t.until("bytes, .*findings")
code, _, left = t.finish()
print("result on the same terminal:", code, "refused" in "".join(left), any("/s," in line for line in left))

for name, arguments, more in (("ndjson on the same terminal", ["-f", "ndjson"], {"output": True}),
                              ("--quiet", ["-q", "-f", "json"], {}),
                              ("--no-progress", ["--no-progress", "-f", "json"], {}),
                              ("TERM=dumb", ["-f", "json"], {"term": "dumb"}),
                              ("no TERM", ["-f", "json"], {"term": ""})):
    t = scan(*arguments, "-", **more)
    print(f"{name}:", t.during(QUIET_SECONDS), t.process.poll())
    t.finish()

process = subprocess.Popen([PROGRAM, "scan", "-r", "rules.lua", "-f", "json", "-"], stdin=subprocess.PIPE,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "TERM": "xterm"})
time.sleep(QUIET_SECONDS)
print("no terminal:", process.communicate()[1])
