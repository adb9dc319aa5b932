"""What the command line promises: exit codes, streams, files."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest
import urllib.request

from network import FIXTURE_MODEL, REPOSITORY, Network, binary, folder

PATH = binary()


class CommandLine(unittest.TestCase):
    def setUp(self):
        home = folder()
        self.addCleanup(home.cleanup)
        self.home = home.name

    def run_it(self, *arguments, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCALNET_")}
        return subprocess.run(
            [PATH, *arguments], cwd=self.home, env={**environment, **variables}, capture_output=True, text=True,
            timeout=120,
        )

    def write(self, name, content):
        path = os.path.join(self.home, name)
        with open(path, "wb") as file:
            file.write(content)
        return path


class BadInput(CommandLine):
    def check(self, result, code, *words):
        self.assertEqual(result.returncode, code, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertNotIn("Fatal", result.stderr)

    def test_an_unknown_key_is_named_with_its_place_and_the_nearest_one(self):
        self.write("localnet.toml", b"[params.shared]\nnum_block_per_session = 4\n")
        for command in (["demo"], ["up"]):
            self.check(
                self.run_it(*command), 78, "localnet.toml:2:1: expected", 'did you mean "num_blocks_per_session"?'
            )

    def test_an_impossible_value_is_refused(self):
        self.write("localnet.toml", b"[params.shared]\nnum_blocks_per_session = 1\n")
        self.check(self.run_it("up"), 78, "localnet.toml:2:26: expected", "found 1")

    def test_a_bad_variable_is_named(self):
        self.check(self.run_it("demo", LOCALNET_SEED="many"), 78, "LOCALNET_SEED: expected")

    def test_what_is_not_there_is_not_found(self):
        self.check(self.run_it("demo", "--config", "nowhere.toml"), 66, "nowhere.toml")
        self.check(self.run_it("demo", "--model", "nowhere.gguf"), 66, "nowhere.gguf")
        self.check(self.run_it("up", LOCALNET_MODEL_DIR=self.home), 66, "make model")

    def test_a_damaged_model_is_refused_with_the_check_that_failed(self):
        with open(FIXTURE_MODEL, "rb") as file:
            whole = file.read()
        cut = self.write("cut.gguf", whole[: len(whole) // 2])
        self.check(self.run_it("up", "--model", cut), 65, "cut.gguf", "expected")
        garbage = self.write("garbage.gguf", b"no model at all")
        self.check(self.run_it("up", "--model", garbage), 65, "garbage.gguf", "expected")
        other = self.write("SmolLM2-135M-Instruct.Q4_1.gguf", whole)
        self.check(self.run_it("up", "--model", other), 65, "size: expected 98362432 bytes")

    def test_a_port_in_use_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            result = self.run_it("up", "--backend", "scripted", "--state", "memory", "--gateway-port", port)
        self.check(result, 69, port)

    def test_wrong_usage_is_64(self):
        for arguments in (
            ["up", "--pace", "soon"], ["demo", "--sessions", "0"], ["up", "--nosuch"], ["nosuch"],
            ["fuzz", "--timeline", "x.toml", "--seeds", "1"],
            ["fuzz", "--timeline", "x.toml", "--real-signatures"],
        ):
            self.assertEqual(self.run_it(*arguments).returncode, 64, arguments)

    def test_an_empty_name_of_a_snapshot_is_wrong_usage(self):
        for command in ("save", "revert", "remove"):
            self.check(self.run_it("snapshot", command, ""), 64, "expected a name of 1 to 100 printable characters")

    def test_a_ready_file_that_says_nothing_is_told_from_one_that_is_not_there(self):
        self.check(self.run_it("status", "--ready-file", "nowhere.json"), 69, "there is no ready file 'nowhere.json'")
        for content, words in (
            (b"{}", "expected a text 'url', found none"), (b"not json", "expected a JSON object, found no JSON"),
            (b'{"url": "http://127.0.0.1:1"}', "expected the number of a process, 'pid', found none"),
        ):
            self.write("bad.json", content)
            self.check(self.run_it("status", "--ready-file", "bad.json"), 69, "'bad.json'", words)

    def test_only_the_fuzzer_takes_stand_in_signatures(self):
        network = b'[network]\nsignatures = "stand_in"\nsuppliers = 1\n'
        network += b'services = [{ id = "llm", compute_units_per_relay = 100 }]\n'
        steps = b'[[step]]\nat = "height 2"\nexpect = [{ event = "ClaimSettled", count = 0 }]\n'
        self.write("found.toml", b'name = "found"\n' + network + steps)
        for command in ("run", "replay"):
            words = ("found.toml:3:14: expected real signatures", "localnet fuzz --timeline")
            self.check(self.run_it(command, "found.toml"), 65, *words)
        result = self.run_it("fuzz", "--timeline", "found.toml")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("found.toml", result.stdout)
        self.check(self.run_it("fuzz", "--timeline", "nowhere.toml"), 66, "nowhere.toml")
        self.write("localnet.toml", b'[network]\nsignatures = "stand_in"\n')
        self.check(self.run_it("up"), 78, "localnet.toml:2:1: expected one of the keys")


class Run(CommandLine):
    def test_a_failure_brings_the_command_that_repeats_it_in_every_form(self):
        network = b'name = "wrong"\n[network]\nsuppliers = 1\n'
        network += b'services = [{ id = "llm", compute_units_per_relay = 100 }]\n'
        self.write("wrong.toml", network + b'[[step]]\nat = "height 2"\nexpect = [{ claims = 1 }]\n')
        result = self.run_it("run", "wrong.toml")
        self.assertEqual(result.returncode, 10, result.stderr)
        command = re.search("localnet replay wrong.toml --seed [0-9]+ --until 2", result.stdout)[0]
        result = self.run_it("run", "wrong.toml", "--json", "--junit", "out.xml")
        self.assertEqual([failure["replay"] for failure in json.loads(result.stdout)["failures"]], [command])
        with open(os.path.join(self.home, "out.xml"), encoding="utf-8") as file:
            self.assertIn(command, file.read())
        result = self.run_it(*command.split()[1:])
        self.assertEqual(result.returncode, 10, result.stderr)

    def test_a_replay_exits_as_the_run_did(self):
        head = b'name = "x"\n[network]\nsuppliers = 1\napplications = 1\n'
        head += b'services = [{ id = "llm", compute_units_per_relay = 100 }]\n[[step]]\n'
        cases = (
            (0, b'at = "height 2"\nexpect = [{ claims = 0 }]\n'),
            (10, b'at = "height 2"\nexpect = [{ claims = 1 }]\n'),
            (12, b't = "9000000000s"\n'),
        )
        for code, step in cases:
            self.write("x.toml", head + step)
            for command in ("run", "replay"):
                result = self.run_it(command, "x.toml")
                self.assertEqual(result.returncode, code, (command, result.stdout, result.stderr))


    def test_the_replay_of_the_documentation_explains_what_it_says(self):
        with open(os.path.join(REPOSITORY, "docs", "testing.md"), encoding="utf-8") as file:
            command, example = file.read().split("\nlocalnet replay ")[1].split("\n```", 1)
        scenario, *options = command.split()
        result = self.run_it("replay", os.path.join(REPOSITORY, scenario), *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        sample = [line.split("…")[0].rstrip(" ·") for line in example.split("```")[1].splitlines()]
        self.assertTrue(any(sample))
        for line in sample:
            self.assertIn(line, result.stdout)


class Demo(CommandLine):
    def test_the_scripted_demo_ends_well_and_tells_of_the_planted_failure(self):
        result = self.run_it("demo", "--backend", "scripted")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        for words in ("supplier3 withholds the proof", "supplier3 slashed", "everything ended as it should", "DAO"):
            self.assertIn(words, result.stdout)
        self.assertNotIn("\x1b", result.stdout)

    def test_the_same_seed_gives_the_same_history_and_another_one_another(self):
        def history(seed):
            result = self.run_it("demo", "--backend", "scripted", "--hash", "--seed", seed)
            self.assertEqual(result.returncode, 0, result.stderr)
            return result.stdout

        self.assertEqual(history("7"), history("7"))
        self.assertNotEqual(history("7"), history("8"))
        self.assertRegex(history("7"), "^[0-9a-f]{64}\n$")

    def test_json_lines_have_a_version_and_end_with_a_summary(self):
        result = self.run_it("demo", "--backend", "scripted", "--json")
        objects = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertTrue(all(found["v"] == 1 and found["type"] for found in objects))
        self.assertEqual(objects[-1]["type"], "summary")
        self.assertEqual(objects[-1]["problems"], [])
        self.assertEqual([found["height"] for found in objects if found["type"] == "block"][:3], [1, 2, 3])


class Up(CommandLine):
    arguments = ("--backend", "scripted", "--pace", "fast")

    def test_a_run_announces_itself_and_takes_its_ready_file_away(self):
        network = Network(PATH, self.home, arguments=(*self.arguments, "--json", "--traffic"))
        self.addCleanup(network.process.kill)
        self.wait_for(network, '"relay_served"')
        self.assertEqual(network.stop(), 0)
        self.assertFalse(os.path.exists(network.ready_file))
        objects = [json.loads(line) for line in network.log().splitlines() if line.startswith("{")]
        self.assertEqual(objects[0]["type"], "ready")
        self.assertEqual(objects[0]["url"], network.url)
        self.assertIn("supplier1", [account["name"] for account in objects[0]["accounts"]])
        heights = [found["height"] for found in objects if found["type"] == "block"]
        self.assertEqual(heights, list(range(1, len(heights) + 1)))

    def test_sigterm_stops_in_order(self):
        network = Network(PATH, self.home, arguments=self.arguments)
        self.addCleanup(network.process.kill)
        self.assertEqual(network.stop(signal.SIGTERM), 0)
        self.assertIn("stopping", network.log())

    def test_a_state_in_use_is_refused_with_the_process(self):
        network = Network(PATH, self.home, state="state", arguments=self.arguments)
        self.addCleanup(network.process.kill)
        result = self.run_it("up", "--state", "state", "--gateway-port", "0", *self.arguments)
        self.assertEqual(result.returncode, 69)
        self.assertIn(str(network.process.pid), result.stderr)
        self.assertEqual(network.stop(), 0)

    def test_a_state_that_cannot_be_written_is_told_in_a_sentence(self):
        network = Network(PATH, self.home, arguments=self.arguments)
        self.addCleanup(network.process.kill)
        before = sorted(os.listdir(self.home))
        for file, code, words in (
            (".", 69, "'.' is a directory"), ("nowhere/file", 69, "cannot be written"),
            ("", 64, "expected the file to write, found an empty text"),
        ):
            result = self.run_it("state", "dump", "--url", network.url, file)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(words, result.stderr)
            self.assertNotIn("Error Domain", result.stderr)
        self.assertEqual(sorted(os.listdir(self.home)), before)
        self.assertEqual(network.stop(), 0)

    def test_a_receipt_is_taken_from_the_issuer_that_is_named_only(self):
        network = Network(PATH, self.home, arguments=self.arguments)
        self.addCleanup(network.process.kill)
        chat = {"model": "smollm2-chat", "messages": [{"role": "user", "content": "Who?"}], "max_tokens": 4}
        request = urllib.request.Request(
            network.url + "/v1/chat/completions", json.dumps(chat).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            receipt, supplier = answer.headers["X-Pokt-Receipt"], answer.headers["X-Supplier-Address"]
        with urllib.request.urlopen(f"{network.url}/pokt/receipts/{receipt}", timeout=30) as answer:
            content = answer.read()
        self.assertEqual(network.stop(), 0)
        path, key = self.write("receipt.json", content), json.loads(content)["issuerKey"]
        result = self.run_it("verify", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        issuer = re.search(f"the word of its issuer (pokt1[a-z0-9]+), key {key}", result.stdout)[1]
        for good in (issuer, key):
            self.assertEqual(self.run_it("verify", path, "--issuer", good).returncode, 0)
        result = self.run_it("verify", path, "--issuer", supplier)
        self.assertEqual(result.returncode, 10)
        self.assertIn(f"The link 'issuer' is broken: expected {supplier}, found {issuer}", result.stderr)
        for bad in ("", "gateway1", key[2:]):
            result = self.run_it("verify", path, "--issuer", bad)
            self.assertEqual(result.returncode, 64, bad)
            self.assertIn("expected an address", result.stderr)

    def wait_for(self, network, words, seconds=60):
        deadline = time.monotonic() + seconds
        while words not in network.log():
            self.assertLess(time.monotonic(), deadline, network.log())
            self.assertIsNone(network.process.poll(), network.log())
            time.sleep(0.05)


class About(CommandLine):
    def test_the_differences_are_printed(self):
        result = self.run_it("about", "--differences")
        self.assertEqual(result.returncode, 0)
        self.assertIn("# Differences from upstream", result.stdout)


if __name__ == "__main__":
    unittest.main(argv=[__file__], verbosity=1)
