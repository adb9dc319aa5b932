"""Sixteen clients stream while suppliers are killed, slowed and partitioned: they notice nothing, to the last byte."""

import json
import os
import subprocess
import sys
import threading
import unittest
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import openai

from network import FIXTURE_MODEL, Network, binary, folder

PATH = binary()
CLIENTS = 16
ROUNDS = 4
SUPPLIERS = 5

SUPPLIER = """
[[suppliers]]
name = "supplier{number}"
stake = "5000000000upokt"
balance = "110000000upokt"
services = ["smollm2-chat", "smollm2-summary", "smollm2-embed"]
"""

# Silence is noticed soon, so that the run does not take long; the blocks stand still, so that every supplier that is
# asked is one of the session's.
SETTINGS = """
[network]
pace = "manual"

# One session has to pay for all of it, whoever serves.
[[applications]]
name = "app1"
service = "smollm2-chat"
stake = "900000000000upokt"
gateways = ["gateway1"]

[[gateways]]
name = "gateway1"
stake = "1000068upokt"
balance = "100000000upokt"
[gateways.timeouts]
first_part = "3s"
next_part = "2s"
[gateways.hedging]
first_part_delay = "1s"
share = 100
"""


def settings():
    return SETTINGS + "".join(SUPPLIER.format(number=number) for number in range(1, SUPPLIERS + 1))


class FaultRun(unittest.TestCase):
    def setUp(self):
        home = folder()
        self.addCleanup(home.cleanup)
        self.home = home.name
        with open(os.path.join(self.home, "localnet.toml"), "w", encoding="utf-8") as file:
            file.write(settings())

    def start(self):
        network = Network(PATH, self.home, arguments=["--model", FIXTURE_MODEL])
        self.addCleanup(network.process.kill)
        return network

    def fault(self, network, *arguments):
        """Makes a fault with the command line; what it prints."""
        result = subprocess.run(
            [PATH, "fault", *arguments, "--url", network.url], cwd=self.home, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    @staticmethod
    def stream(client, number, turn):
        """One streamed answer: every event but for the answer's number and time."""
        events = []
        answer = client.chat.completions.create(
            model="smollm2-chat", max_tokens=300, temperature=0, stream=True,
            messages=[{"role": "user", "content": f"Client {number} asks for the {turn}th time: who serves?"}],
        )
        for chunk in answer:
            event = chunk.model_dump()
            del event["id"], event["created"]
            events.append(json.dumps(event, sort_keys=True))
        return events

    def play(self, network, trouble=None):
        """Every client's streams, while trouble comes and goes."""
        begun = threading.Barrier(CLIENTS + 1)

        def ask(number):
            with openai.OpenAI(base_url=network.url + "/v1", api_key="any", max_retries=0, timeout=120) as client:
                begun.wait()
                return [self.stream(client, number, turn) for turn in range(ROUNDS)]

        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = [pool.submit(ask, number) for number in range(CLIENTS)]
            begun.wait()
            if trouble:
                trouble()
            return [answer.result() for answer in answers]

    def test_clients_notice_nothing(self):
        calm = self.start()
        expected = self.play(calm)
        self.assertEqual(calm.stop(), 0)

        network = self.start()

        def trouble():
            self.fault(network, "crash", "supplier1")
            self.fault(network, "partition", "supplier2")
            self.fault(network, "slow", "supplier3", "50")
            self.fault(network, "link", "--from", "supplier4", "--jitter", "3ms", "--duplicate", "0.2", "--loss", "0.05")
            self.fault(network, "restart", "supplier1")
            self.fault(network, "crash", "supplier4")
            listed = self.fault(network, "list")
            for words in ("crash supplier4", "supplier3 factor 50", "partition true"):
                self.assertIn(words, listed)

        answers = self.play(network, trouble)
        for number in range(CLIENTS):
            for turn in range(ROUNDS):
                self.assertEqual(answers[number][turn], expected[number][turn], f"client {number}, turn {turn}")
        with urllib.request.urlopen(network.url + "/metrics", timeout=30) as response:
            metrics = response.read().decode()
        for reason in ("retry_on_connection", "retry_on_timeout"):
            self.assertIn(reason, metrics, "no supplier failed so while somebody waited for it: nothing was tried")
        self.assertEqual(self.fault(network, "heal"), "nothing is at fault\n")
        status = network.status()
        self.assertEqual((status["waiting_clients"], status["outstanding_jobs"]), (0, 0))
        self.assertEqual(network.stop(), 0, network.log())

    def test_nobody_of_the_name(self):
        network = self.start()
        result = subprocess.run(
            [PATH, "fault", "crash", "supplier9", "--url", network.url], cwd=self.home, capture_output=True, text=True,
            timeout=60,
        )
        self.assertEqual(result.returncode, 64)
        self.assertIn("supplier1", result.stderr)
        self.assertEqual(network.stop(), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
