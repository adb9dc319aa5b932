"""A network goes on after Ctrl-C and after SIGKILL; one state belongs to one process."""

import http.client
import json
import os
import signal
import subprocess
import sys
import unittest
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from network import Network, binary, folder

PATH = binary()
ARGUMENTS = ["--backend", "scripted", "--pace", "fast"]


def ask(network, number):
    """One completion; its provenance, or None when the network was gone before it answered."""
    try:
        with urllib.request.urlopen(network.url + "/v1/models", timeout=30) as response:
            model = json.load(response)["data"][0]["id"]
        body = {"model": model, "messages": [{"role": "user", "content": f"Question {number}"}]}
        request = urllib.request.Request(
            network.url + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            json.load(response)
            return response.headers["X-Session-ID"]
    except (OSError, http.client.HTTPException):
        return None


class RestartTest(unittest.TestCase):
    def setUp(self):
        home = folder()
        self.addCleanup(home.cleanup)
        self.home = home.name
        self.state = os.path.join(self.home, "state")

    def start(self, **options):
        network = Network(PATH, self.home, state=self.state, arguments=ARGUMENTS, **options)
        self.addCleanup(network.process.kill)
        return network

    def test_interrupt(self):
        network = self.start()
        self.assertIsNotNone(ask(network, 1))
        before = network.status()
        self.assertEqual(network.stop(), 0, network.log())
        self.assertFalse(os.path.exists(network.ready_file))
        again = self.start()
        self.assertGreaterEqual(again.status()["height"], before["height"])
        self.assertIsNotNone(ask(again, 2))
        self.assertEqual(again.stop(), 0, again.log())

    def test_kill(self):
        acknowledged, inputs, height = 0, 0, 0
        for _ in range(3):
            network = self.start()
            status = network.status()
            # Two inputs for each answer: the request, and the end of its job.
            self.assertGreaterEqual(status["inputs"], inputs + 2 * acknowledged)
            self.assertGreaterEqual(status["height"], height)
            inputs, height = status["inputs"], status["height"]
            with ThreadPoolExecutor(4) as pool:
                answers = list(pool.map(lambda number: ask(network, number), range(8)))
                acknowledged = len([answer for answer in answers if answer])
                self.assertEqual(acknowledged, 8)
                # Killed with requests under way: whoever was answered must be found again.
                late = [pool.submit(ask, network, number) for number in range(8, 16)]
                late[0].result()
                network.process.send_signal(signal.SIGKILL)
                acknowledged += len([True for future in late if future.result()])
            self.assertEqual(network.process.wait(10), -signal.SIGKILL)
        last = self.start()
        self.assertGreaterEqual(last.status()["inputs"], inputs + 2 * acknowledged)
        self.assertEqual(last.stop(), 0, last.log())

    def test_state_in_use(self):
        network = self.start()
        second = subprocess.run(
            [PATH, "up", "--gateway-port", "0", "--state", self.state, *ARGUMENTS],
            cwd=self.home, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(second.returncode, 69, second.stderr)
        self.assertIn(str(network.process.pid), second.stderr)
        self.assertEqual(network.stop(), 0, network.log())

    def test_port_in_use(self):
        network = self.start()
        port = network.url.rsplit(":", 1)[1]
        second = subprocess.run(
            [PATH, "up", "--gateway-port", port, "--state", "memory", *ARGUMENTS],
            cwd=self.home, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(second.returncode, 69, second.stderr)
        self.assertIn(port, second.stderr)
        self.assertEqual(network.stop(), 0, network.log())

    def test_another_seed(self):
        self.assertEqual(self.start().stop(), 0)
        second = subprocess.run(
            [PATH, "up", "--gateway-port", "0", "--state", self.state, "--seed", "4711", *ARGUMENTS],
            cwd=self.home, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(second.returncode, 65, second.stderr)
        self.assertIn("4711", second.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
