"""Runs `localnet up` for a test, in a folder of its own, and waits until it answers."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FIXTURE_MODEL = os.path.join(REPOSITORY, "fixtures", "models", "tiny.gguf")


def binary():
    """The localnet under test: the first argument, or LOCALNET_BIN."""
    path = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("LOCALNET_BIN")
    if not path:
        sys.exit(f"usage: {sys.argv[0]} PATH-OF-LOCALNET")
    return os.path.abspath(path)


def folder():
    """A fresh folder: no settings file and no state of anybody else is found in it."""
    return tempfile.TemporaryDirectory(prefix="localnet-client-")


class Network:
    """A running network; `stop` ends it as Ctrl-C does."""

    def __init__(self, path, home, state="memory", arguments=(), variables=None):
        self.home = home
        self.ready_file = os.path.join(home, "ready.json")
        self.log_path = os.path.join(home, "log")
        command = [path, "up", "--gateway-port", "0", "--ready-file", self.ready_file, "--state", state, *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCALNET_")}
        environment.update(variables or {})
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.url = self._wait_until_ready()["url"]

    def _wait_until_ready(self, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            # The file is written as a whole, but one of a former run may still lie there for a moment.
            if os.path.exists(self.ready_file):
                with open(self.ready_file, encoding="utf-8") as file:
                    ready = json.load(file)
                if ready["pid"] == self.process.pid:
                    return ready
            if self.process.poll() is not None:
                raise RuntimeError(f"localnet ended with {self.process.returncode}:\n{self.log()}")
            time.sleep(0.02)
        self.process.kill()
        raise RuntimeError(f"localnet was not ready after {seconds} s:\n{self.log()}")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def status(self):
        with urllib.request.urlopen(self.url + "/pokt/status", timeout=30) as response:
            return json.load(response)

    def stop(self, number=signal.SIGINT, seconds=60):
        """Sends a signal and returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise RuntimeError(f"localnet did not stop within {seconds} s:\n{self.log()}") from None
