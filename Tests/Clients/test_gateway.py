"""What a gateway's settings say: keys, models of other files, receipts of everything that was settled."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

import openai

from network import FIXTURE_MODEL, Network, binary, folder

PATH = binary()
GATEWAY = """
[[gateways]]
name = "gateway1"
stake = "1000068upokt"
balance = "100000000upokt"
"""


class Gateway(unittest.TestCase):
    def setUp(self):
        home = folder()
        self.addCleanup(home.cleanup)
        self.home = home.name

    def start(self, toml, *arguments, state="memory"):
        with open(os.path.join(self.home, "localnet.toml"), "w", encoding="utf-8") as file:
            file.write(toml)
        network = Network(PATH, self.home, state=state, arguments=arguments)
        self.addCleanup(network.process.kill)
        return network

    def get(self, network, path):
        with urllib.request.urlopen(network.url + path, timeout=30) as response:
            return json.load(response)

    @staticmethod
    def client(network, key):
        return openai.OpenAI(base_url=network.url + "/v1", api_key=key, max_retries=0)


class Keys(Gateway):
    SECRETS = ("sk-alice-4711", "sk-bob-0815", "sk-mallory-666")

    def test_keys_have_budgets_and_are_written_nowhere(self):
        alice, bob, mallory = self.SECRETS
        digest = hashlib.sha256(bob.encode()).hexdigest()
        toml = GATEWAY + f"""
requires_key = true
strategy = "least_busy"
[[gateways.keys]]
name = "alice"
key = "{alice}"
tokens = 12
models = ["smollm2-chat"]
[[gateways.keys]]
name = "bob"
key_sha256 = "{digest}"
requests_per_minute = 1
"""
        state = os.path.join(self.home, "state")
        network = self.start(toml, "--backend", "scripted", state=state)

        def ask(key, model="smollm2-chat", **fields):
            with self.client(network, key) as client:
                answer = client.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": "Who serves?"}], max_tokens=8, **fields
                )
                return list(answer) if fields.get("stream") else answer

        with self.client(network, alice) as client:
            self.assertEqual([model.id for model in client.models.list()], ["smollm2-chat"])
        # The tokens of a stream count although this client does not ask for them.
        self.assertTrue(ask(alice, stream=True))
        with self.assertRaises(openai.PermissionDeniedError):
            ask(alice, model="smollm2-summary")
        ask(alice)
        with self.assertRaises(openai.RateLimitError) as caught:
            ask(alice)
        self.assertEqual(caught.exception.code, "insufficient_quota")
        ask(bob)
        with self.assertRaises(openai.RateLimitError) as caught:
            ask(bob)
        self.assertGreater(int(caught.exception.response.headers["retry-after"]), 0)
        with self.assertRaises(openai.AuthenticationError):
            ask(mallory)
        usage = self.get(network, "/pokt/usage")["keys"]
        self.assertEqual(usage["alice"]["completion_tokens"], 16)
        self.assertEqual(usage["bob"]["requests"], 1)
        self.assertEqual(network.stop(), 0)

        # Other limits with the next start; what was used stays.
        again = self.start(toml.replace("tokens = 12", "tokens = 1000"), "--backend", "scripted", state=state)
        network = again
        ask(alice)
        self.assertEqual(self.get(network, "/pokt/usage")["keys"]["alice"]["requests"], 3)
        self.assertEqual(network.stop(), 0)
        for folder_name, _, names in os.walk(self.home):
            for name in names:
                if name == "localnet.toml":
                    continue
                with open(os.path.join(folder_name, name), "rb") as file:
                    content = file.read()
                for secret in self.SECRETS:
                    self.assertNotIn(secret.encode(), content, name)


class Models(Gateway):
    def test_services_answer_with_files_of_their_own(self):
        with open(FIXTURE_MODEL, "rb") as file:
            content = file.read()
        # Another file: the last weights differ, and with them its hash and its answers.
        other = content[:-4096] + bytes(byte ^ 0x55 for byte in content[-4096:])
        path = os.path.join(self.home, "other.gguf")
        with open(path, "wb") as file:
            file.write(other)
        toml = f"""
[inference]
model = "{FIXTURE_MODEL}"
[[services]]
id = "first"
compute_units_per_relay = 100000
owner = "somebody"
[[services]]
id = "second"
compute_units_per_relay = 100000
owner = "somebody"
weights = "other.gguf"
[[applications]]
name = "app1"
service = "first"
stake = "5000000000upokt"
balance = "100000000upokt"
gateways = ["gateway1"]
[[applications]]
name = "app2"
service = "second"
stake = "5000000000upokt"
balance = "100000000upokt"
gateways = ["gateway1"]
[[suppliers]]
name = "supplier1"
stake = "5000000000upokt"
balance = "110000000upokt"
services = ["first", "second"]
"""
        network = self.start(toml)

        def fingerprint(model):
            with self.client(network, "any") as client:
                completion = client.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": "Who?"}], max_tokens=4
                )
            return completion.system_fingerprint

        for model, data in (("first", content), ("second", other)):
            self.assertEqual(fingerprint(model)[:19], "fp_" + hashlib.sha256(data).hexdigest()[:16])
        info = subprocess.run(
            [PATH, "model", "info", path, "--json"], cwd=self.home, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(json.loads(info.stdout)["sha256"], hashlib.sha256(other).hexdigest())
        self.assertEqual(network.stop(), 0, network.log())

    def test_a_file_that_is_not_there_is_named(self):
        with open(os.path.join(self.home, "localnet.toml"), "w", encoding="utf-8") as file:
            file.write(
                '[[services]]\nid = "first"\ncompute_units_per_relay = 1\nowner = "somebody"\nweights = "none.gguf"\n'
                '[[applications]]\nname = "app1"\nservice = "first"\nstake = "5000000000upokt"\n'
                'gateways = ["gateway1"]\n'
                '[[suppliers]]\nname = "supplier1"\nstake = "5000000000upokt"\nservices = ["first"]\n'
            )
        result = subprocess.run(
            [PATH, "up", "--model", FIXTURE_MODEL, "--state", "memory", "--gateway-port", "0"], cwd=self.home,
            capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(result.returncode, 66, result.stderr)
        self.assertIn("none.gguf", result.stderr)


class Receipts(Gateway):
    def test_every_settled_relay_has_one_after_sessions_and_a_kill(self):
        state = os.path.join(self.home, "state")
        arguments = ("--backend", "scripted", "--pace", "manual")
        network = self.start("", *arguments, state=state)

        def advance(network, *words):
            result = subprocess.run(
                [PATH, "advance", *words, "--url", network.url], cwd=self.home, capture_output=True, text=True,
                timeout=120,
            )
            self.assertEqual(result.returncode, 0, result.stderr)

        ids = []
        for session in range(3):
            with self.client(network, "any") as client:
                for number in range(8):
                    raw = client.chat.completions.with_raw_response.create(
                        model="smollm2-chat", messages=[{"role": "user", "content": f"Question {session}.{number}"}]
                    )
                    ids.append(raw.headers["X-Pokt-Receipt"])
            advance(network, "10", "blocks")
        # Killed with claims onchain, settled ones and open ones.
        network.process.send_signal(signal.SIGKILL)
        network.process.wait(10)
        network = self.start("", *arguments, state=state)
        advance(network, "25", "blocks")
        self.assertEqual(len(set(ids)), 24)
        for number, receipt_id in enumerate(ids):
            receipt = self.receipt(network, receipt_id)
            self.assertEqual(receipt["settlement"]["event"], "ClaimSettled")
            path = os.path.join(self.home, "receipt.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(receipt, file)
            self.assertEqual(self.verify(path), 0)
            if number % 6 == 0:
                receipt["settlement"]["mintedUpokt"] += 1
                with open(path, "w", encoding="utf-8") as file:
                    json.dump(receipt, file)
                self.assertEqual(self.verify(path), 10)
        self.assertEqual(network.stop(), 0, network.log())

    def receipt(self, network, receipt_id, seconds=30):
        """The receipt, once it tells of the settlement: what blocks bring is written down beside them."""
        deadline = time.monotonic() + seconds
        while True:
            receipt = self.get(network, f"/pokt/receipts/{receipt_id}")
            if receipt.get("settlement") or time.monotonic() > deadline:
                return receipt
            time.sleep(0.05)

    def verify(self, path):
        result = subprocess.run(
            [PATH, "verify", path], cwd=self.home, capture_output=True, text=True, timeout=60
        )
        return result.returncode


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
