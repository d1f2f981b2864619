"""A terminal for a program under test: what it shows, line by line, and what it showed.

It knows what the program uses: carriage return, line end, "erase to the end of the line", and colours, which it
passes over. Anything else that begins with an escape is a failure.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

CAP = 120  # seconds; for what must come, however slow the machine is


class Terminal:
    """A program whose standard error, and with `output` its standard output too, is this terminal."""

    def __init__(self, command, columns=80, output=False, term="xterm", **more):
        self.lines, self.column, self.seen = [""], 0, b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {**more.pop("env", os.environ), "TERM": term}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=slave if output else subprocess.PIPE, stderr=slave, env=environment,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0), **more)
        os.close(slave)

    def _take(self, wait):
        """What comes within so many seconds. False: the program has closed the terminal."""
        if not select.select([self.master], [], [], wait)[0]:
            return True
        try:
            new = os.read(self.master, 65536)
        except OSError:  # nobody has the other end any more
            return False
        self.seen += new
        for part in re.findall(r"\x1b\[K|\x1b\[[0-9;]*m|\r|\n|[^\x1b\r\n]+|\x1b.?.?", new.decode(errors="replace")):
            self._show(part)
        return bool(new)

    def _show(self, part):
        line = self.lines[-1]
        if part == "\r":
            self.column = 0
        elif part == "\n":
            self.lines.append("")
            self.column = 0
        elif part == "\x1b[K":
            self.lines[-1] = line[:self.column]
        elif part.endswith("m") and part.startswith("\x1b"):
            pass
        elif part.startswith("\x1b"):
            raise AssertionError(f"an escape of another kind: {part!r}")
        else:
            self.lines[-1] = line[:self.column].ljust(self.column) + part + line[self.column + len(part):]
            self.column += len(part)

    def until(self, pattern):
        """Waits until the last line is like this, and returns it."""
        end = time.monotonic() + CAP
        while not re.search(pattern, self.lines[-1]):
            if not self._take(0.1) or time.monotonic() > end:
                self.process.kill()
                raise AssertionError(f"{pattern!r} was not shown, but {self.lines}: {self.seen[-300:]!r}")
        return self.lines[-1]

    def during(self, seconds):
        """What is shown after so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._take(0.1):
            pass
        return self.lines

    def finish(self):
        """Ends the program's input, waits for its end; its exit code, what it wrote elsewhere, and what is left."""
        self.process.stdin.close()
        out = b""
        if self.process.stdout:
            out = self.process.stdout.read()
        while self._take(CAP):
            pass
        os.close(self.master)
        return self.process.wait(CAP), out, [line for line in self.lines if line]
