"""advance, snapshot, state, fork, status and replay, as a user types them beside a running network."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.request

from network import Network, binary, folder

PATH = binary()
MANUAL = ["--backend", "scripted", "--pace", "manual"]


class TimeTravel(unittest.TestCase):
    def setUp(self):
        home = folder()
        self.addCleanup(home.cleanup)
        self.home = home.name

    def start(self, *arguments, state="state", **variables):
        network = Network(PATH, self.home, state=state, arguments=[*MANUAL, *arguments], variables=variables)
        self.addCleanup(self.end, network)
        return network

    def end(self, network):
        network.process.kill()
        network.process.wait(10)

    def run_it(self, *arguments, code=0, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCALNET_")}
        result = subprocess.run(
            [PATH, *arguments], cwd=self.home, env={**environment, "LOCALNET_STATE": "state", **variables},
            capture_output=True, text=True, timeout=120,
        )
        self.assertEqual(result.returncode, code, f"{arguments}: {result.stdout}{result.stderr}")
        self.assertNotIn("Fatal", result.stderr)
        return result.stderr if code else result.stdout

    def status(self, **variables):
        return json.loads(self.run_it("status", "--json", **variables))

    def ask(self, network):
        with urllib.request.urlopen(network.url + "/v1/models", timeout=30) as response:
            model = json.load(response)["data"][0]["id"]
        body = {"model": model, "messages": [{"role": "user", "content": "Who is paid?"}]}
        request = urllib.request.Request(
            network.url + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status


class Finding(TimeTravel):
    def test_without_a_network_every_command_says_what_to_do(self):
        for command in (
            ["status"], ["advance", "1", "block"], ["snapshot", "list"], ["state", "dump", "file"], ["fork", "copy"],
        ):
            error = self.run_it(*command, "--url", "http://127.0.0.1:9", code=69)
            self.assertIn("localnet up", error)
            self.assertIn("no ready file 'none.json'", self.run_it(*command, "--ready-file", "none.json", code=69))
        self.assertFalse(os.path.exists(os.path.join(self.home, "copy")))
        self.assertFalse(os.path.exists(os.path.join(self.home, "file")))
        self.assertIn("expected an address", self.run_it("status", "--url", "nowhere", code=64))

    def test_the_network_is_found_by_its_state_directory_its_ready_file_and_its_address(self):
        network = self.start()
        self.assertEqual(self.status()["height"], 1)
        self.assertEqual(self.status(LOCALNET_STATE="other", LOCALNET_URL=network.url)["height"], 1)
        for choice in (["--url", network.url], ["--ready-file", "ready.json"]):
            self.assertIn("height 1 ", self.run_it("status", *choice, LOCALNET_STATE="other"))
        network.process.kill()
        network.process.wait(10)
        self.assertIn(f"process {network.process.pid}", self.run_it("status", code=69))

    def test_a_ready_file_that_names_no_process_is_none(self):
        for pid in ("-1", "0", "99999999999", '"1"', "null"):
            with open(os.path.join(self.home, "odd.json"), "w") as file:
                file.write('{"url":"http://127.0.0.1:1","pid":%s}' % pid)
            self.assertIn("the number of a process", self.run_it("status", "--ready-file", "odd.json", code=69))

    def test_the_ready_file_of_another_network_stays_when_one_stops(self):
        first = self.start()
        second = self.start(state="other")
        self.assertEqual(first.stop(), 0)
        self.assertEqual(self.status(LOCALNET_STATE="none", LOCALNET_URL=second.url)["height"], 1)
        self.assertIn("height 1 ", self.run_it("status", "--ready-file", "ready.json"))
        self.assertEqual(second.stop(), 0)
        self.assertFalse(os.path.exists(os.path.join(self.home, "ready.json")))

    def test_a_network_that_is_killed_while_it_answers_is_said(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            def reset():
                connection, _ = server.accept()
                connection.recv(10)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
            thread = threading.Thread(target=reset)
            thread.start()
            url = "http://127.0.0.1:%d" % server.getsockname()[1]
            self.assertIn("ended in the middle", self.run_it("status", "--url", url, code=69))
            thread.join(10)

    def test_a_network_that_listens_to_others_wants_its_token(self):
        self.start("--host", "0.0.0.0")
        self.assertIn("LOCALNET_CONTROL_TOKEN", self.run_it("advance", "1", "block", code=69))

    def test_a_token_that_is_made_is_told_once_and_one_that_is_given_never(self):
        for arguments in [[], ["--json"]]:
            network = self.start("--host", "0.0.0.0", *arguments, state="memory")
            token = re.findall(r"the control token is ([0-9a-f]{32})\n", network.log())[-1]
            url = network.url.replace("0.0.0.0", "127.0.0.1")
            self.assertIn("height 2", self.run_it(
                "advance", "1", "block", LOCALNET_URL=url, LOCALNET_CONTROL_TOKEN=token))
            self.end(network)
            given = "token-of-mine-4711"
            network = self.start("--host", "0.0.0.0", *arguments, state="memory", LOCALNET_CONTROL_TOKEN=given)
            url = network.url.replace("0.0.0.0", "127.0.0.1")
            self.assertIn("height 2", self.run_it(
                "advance", "1", "block", LOCALNET_URL=url, LOCALNET_CONTROL_TOKEN=given))
            self.assertEqual(network.stop(), 0)
            self.assertNotIn(given, network.log())
            self.assertIn("LOCALNET_CONTROL_TOKEN", network.log())


class Moments(TimeTravel):
    def test_every_block_up_to_a_moment_is_made(self):
        network = self.start("--json")
        self.assertIn("height 11 · session 2", self.run_it("advance", "10", "blocks"))
        self.assertIn("height 27 ", self.run_it("advance", "to", "session 2 proof window open +1"))
        self.assertIn("height 30 ", self.run_it("advance", "to", "session", "2", "settlement"))
        # Everything is printed once the network has stopped.
        self.assertEqual(network.stop(), 0)
        heights = [
            found["height"]
            for found in map(json.loads, filter(lambda line: line.startswith("{"), network.log().splitlines()))
            if found["type"] == "block"
        ]
        self.assertEqual(heights, list(range(1, 31)))

    def test_a_moment_that_has_passed_is_12_and_no_moment_is_64(self):
        self.start()
        self.run_it("advance", "2", "blocks")
        self.assertIn("at height 3 already", self.run_it("advance", "to", "height 2", code=12))
        self.assertIn("at most", self.run_it("advance", "to", "height 90000000", code=12))
        self.assertIn("session 2 proof", self.run_it("advance", "to", "session 2 proof", code=64))
        self.assertIn("expected a moment", self.run_it("advance", "tomorrow", code=64))
        self.assertEqual(self.status()["height"], 3)

    def test_a_paced_network_advances_as_well_and_keeps_its_pace(self):
        self.start("--pace", "60s")
        self.assertIn("height 21 ", self.run_it("advance", "20", "blocks"))
        self.assertEqual(self.status()["pace"], "60s")


class Snapshots(TimeTravel):
    def test_snapshots_are_used_again_and_survive_a_kill(self):
        network = self.start()
        self.run_it("snapshot", "save", "at the start")
        self.assertEqual(self.ask(network), 200)
        self.run_it("advance", "to", "session 1 settlement")
        settled = self.status()
        self.run_it("snapshot", "save", "settled")
        for name, height in (("at the start", 1), ("settled", 20), ("at the start", 1)):
            self.assertIn(f"height {height} ", self.run_it("snapshot", "revert", name))
        network.process.send_signal(signal.SIGKILL)
        network.process.wait(10)
        self.start()
        self.assertEqual(self.status()["height"], 1)
        self.assertEqual(
            [line.split("   ")[0] for line in self.run_it("snapshot", "list").splitlines()], ["at the start", "settled"]
        )
        self.run_it("snapshot", "revert", "settled")
        self.assertEqual(self.status()["block_hash"], settled["block_hash"])
        for name, found in (("x" * 100_000, "100000 characters"), (" ", "a space at an end"), ("a\nb", "U+A")):
            self.assertIn(found, self.run_it("snapshot", "revert", name, code=64))
        error = self.run_it("snapshot", "revert", "nowhere", code=66)
        self.assertIn("at the start, settled", error)
        self.run_it("snapshot", "remove", "settled")
        self.assertIn("there is at the start", self.run_it("snapshot", "remove", "settled", code=66))

    def test_a_request_under_way_never_hangs(self):
        network = self.start()
        self.run_it("snapshot", "save", "quiet")
        codes = []

        def ask():
            try:
                codes.append(self.ask(network))
            except urllib.error.HTTPError as error:
                codes.append(error.code)

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            self.run_it("snapshot", "revert", "quiet")
        for thread in threads:
            thread.join(60)
        self.assertEqual(len(codes), 16)
        self.assertLessEqual(set(codes), {200, 503})


class States(TimeTravel):
    def test_a_dump_is_loaded_and_what_is_none_is_refused(self):
        self.start()
        self.run_it("advance", "5", "blocks")
        before = self.status()
        self.run_it("state", "dump", "world")
        self.assertEqual(os.listdir(self.home).count("world"), 1)
        self.assertFalse([name for name in os.listdir(self.home) if ".part-" in name])
        self.run_it("advance", "5", "blocks")
        self.assertIn("height 6 ", self.run_it("state", "load", "world"))
        self.assertEqual(self.status()["block_hash"], before["block_hash"])
        with open(os.path.join(self.home, "world"), "rb") as file:
            whole = file.read()
        for name, content, words in (
            ("cut", whole[:-1000], "cut off"), ("text", b"no state at all, just some text", "no state file"),
            ("bent", whole[:5000] + b"x" + whole[5001:], "damaged"), ("empty", b"", "empty"),
            ("newer", whole[:15] + b"\x09" + whole[16:], "another version"),
        ):
            with open(os.path.join(self.home, name), "wb") as file:
                file.write(content)
            self.assertIn(words, self.run_it("state", "load", name, code=65))
        self.run_it("state", "load", "nowhere", code=66)
        self.assertIn("is a directory", self.run_it("state", "load", ".", code=66))
        for command in (["state", "dump"], ["state", "load"], ["fork"]):
            self.assertIn("empty text", self.run_it(*command, "", code=64))
        self.run_it("state", "dump", "no/such/folder/file", code=69)
        self.assertEqual(self.status()["height"], 6)

    def test_another_seed_is_refused(self):
        first = self.start()
        self.run_it("state", "dump", "world")
        self.assertEqual(first.stop(), 0)
        self.start("--seed", "7", state="other")
        error = self.run_it("state", "load", "world", code=65, LOCALNET_STATE="other")
        self.assertIn("the seed is 7 now and 42 there", error)

    def test_a_fork_goes_its_own_way(self):
        network = self.start()
        self.assertEqual(self.ask(network), 200)
        self.run_it("advance", "5", "blocks")
        before = self.status()
        self.assertIn("localnet up --state copy --gateway-port 0", self.run_it("fork", "copy"))
        self.assertIn("there already", self.run_it("fork", "copy", code=69))
        fork = Network(PATH, self.home, state="copy", arguments=MANUAL)
        self.addCleanup(self.end, fork)
        self.assertEqual(self.status(LOCALNET_STATE="copy")["block_hash"], before["block_hash"])
        settled = self.run_it("advance", "to", "session 1 settlement", LOCALNET_STATE="copy")
        self.assertIn("height 20 ", settled)
        self.assertEqual(self.status()["height"], 6)
        self.assertEqual(fork.stop(), 0)
        self.assertIn("ClaimSettled", self.run_it("replay", "copy"))


class Replay(TimeTravel):
    def lived(self):
        """Makes a state directory whose network has been about; returns the hash that ends its journal."""
        network = self.start()
        self.run_it("snapshot", "save", "start")
        self.assertEqual(self.ask(network), 200)
        self.run_it("advance", "3", "blocks")
        self.run_it("snapshot", "revert", "start")
        self.assertEqual(self.ask(network), 200)
        self.run_it("advance", "to", "session 1 settlement")
        self.assertIn("ClaimSettled", self.run_it("replay", "state"))
        self.assertEqual(network.stop(), 0)
        with contextlib.closing(self.database()) as database:
            query = "SELECT lower(hex(journal)) FROM inputs ORDER BY sequence DESC LIMIT 1"
            return database.execute(query).fetchone()[0]

    def database(self):
        return sqlite3.connect(os.path.join(self.home, "state", "network.sqlite"))

    def test_the_journal_comes_out_as_it_was_written_down(self):
        journal = self.lived()
        text = self.run_it("replay", "state")
        self.assertIn(journal, text)
        settled = next(part for part in text.split() if part == "ClaimSettled")
        sequence = text.split(settled, 1)[1].split()[1]
        explained = self.run_it("replay", "state", "--explain", sequence)
        for words in ("because", "arithmetic", "claimed"):
            self.assertIn(words, explained)
        self.run_it("replay", "state", "--explain", "999999", code=66)
        self.assertIn("height 12", self.run_it("replay", "state", "--until", "12"))
        self.assertIn("height 16", self.run_it("replay", "state", "--until", "session 1 proof window open"))
        self.assertIn("ends at height 20", self.run_it("replay", "state", "--until", "height 30", code=12))

    def test_an_altered_journal_is_13(self):
        self.lived()
        with contextlib.closing(self.database()) as database, database:
            database.execute("UPDATE inputs SET journal = zeroblob(32) WHERE sequence = 4")
        error = self.run_it("replay", "state", code=13)
        self.assertIn("input 4", error)

    def test_what_is_no_state_is_said(self):
        os.mkdir(os.path.join(self.home, "empty"))
        self.assertIn("empty", self.run_it("replay", "empty", code=66))
        os.mkdir(os.path.join(self.home, "garbage"))
        with open(os.path.join(self.home, "garbage", "network.sqlite"), "wb") as file:
            file.write(b"no database at all" * 100)
        self.run_it("replay", "garbage", code=65)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
