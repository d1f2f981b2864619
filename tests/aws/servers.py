"""Servers that tests start on 127.0.0.1, and end with all that they started themselves."""

import os
import signal
import socket
import subprocess
import sys
import time


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Servers:
    """Each writes its log to FOLDER/NAME.log."""

    def __init__(self, folder):
        self.folder, self.running = folder, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log(self, name):
        with open(os.path.join(self.folder, f"{name}.log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def start(self, name, command, port, environment=None):
        """Returns once the port answers; what does not start within a minute ends the program."""
        with open(os.path.join(self.folder, f"{name}.log"), "wb") as log:
            process = subprocess.Popen(command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, start_new_session=True)
        self.running.append(process)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit(f"{name} does not start: {self.log(name)[-1000:]}")

    def start_ministack(self):
        """An emulator of AWS that runs functions as processes; its log is `ministack`. Its address."""
        port = free_port()
        program = os.path.join(os.path.dirname(sys.executable), "ministack")
        environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
        self.start("ministack", [program], port, environment)
        return f"http://127.0.0.1:{port}"

    def start_emulator(self, name, emulator, bootstrap, port, **environment):
        """AWS's Runtime Interface Emulator with the bootstrap behind it: one invocation at a time."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LOGAUDIT_", "AWS_", "AUDIT_"))}
        self.start(name, [emulator, "--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address",
                          f"127.0.0.1:{free_port()}", bootstrap, "some.handler"], port, {**clean, **environment})
