"""The commands around a model file: what it is, talking to it, measuring it."""

import json
import os
import pty
import select
import signal
import subprocess
import time
import unittest

from network import FIXTURE_MODEL, binary, folder

PATH = binary()


class ModelCommands(unittest.TestCase):
    def setUp(self):
        home = folder()
        self.addCleanup(home.cleanup)
        self.home = home.name
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCALNET_")}

    def run_it(self, *arguments, questions=""):
        return subprocess.run(
            [PATH, *arguments], cwd=self.home, env=self.environment, input=questions, capture_output=True, text=True,
            timeout=120,
        )

    def altered(self, old, new):
        with open(FIXTURE_MODEL, "rb") as file:
            content = file.read()
        self.assertIn(old, content)
        path = os.path.join(self.home, "altered.gguf")
        with open(path, "wb") as file:
            file.write(content.replace(old, new, 1))
        return path


class Info(ModelCommands):
    def test_a_model_file_is_described(self):
        result = self.run_it("model", "info", FIXTURE_MODEL)
        self.assertEqual(result.returncode, 0, result.stderr)
        for words in ("architecture", "llama", "Q4_1", "gpt2/smollm", "ChatML", "memory, openblas", "fp_", "512 tokens"):
            self.assertIn(words, result.stdout)
        self.assertNotIn("\x1b", result.stdout)

    def test_json_has_the_numbers(self):
        found = json.loads(self.run_it("model", "info", FIXTURE_MODEL, "--json").stdout)
        self.assertEqual((found["v"], found["type"], found["problem"]), (1, "model", None))
        self.assertEqual(sum(kind["weights"] for kind in found["tensor_types"]), found["weights"])
        self.assertEqual(found["shape"]["context"], 512)
        need = next(need for need in found["memory"] if need["path"] == "openblas")
        self.assertEqual(need["weight_bytes"], 4 * found["weights"])

    def test_what_cannot_be_served_is_described_all_the_same(self):
        result = self.run_it("model", "info", self.altered(b"llama", b"mamba"))
        self.assertEqual(result.returncode, 65)
        self.assertIn("mamba", result.stdout)
        self.assertIn("expected a model of architecture llama, found mamba", result.stderr)

    def test_another_template_is_described_and_refused_by_those_who_serve(self):
        with open(FIXTURE_MODEL, "rb") as file:
            content = file.read()
        path = os.path.join(self.home, "altered.gguf")
        with open(path, "wb") as file:
            file.write(content.replace(b"<|im_start|>", b"<|xx_start|>"))
        for command in (["model", "info", path], ["chat", "--model", path], ["demo", "--model", path]):
            result = self.run_it(*command)
            self.assertEqual(result.returncode, 65, command)
            self.assertIn("expected a chat template like ChatML, Llama-3 or Zephyr", result.stderr)

    def test_no_file_and_no_model(self):
        self.assertEqual(self.run_it("model", "info", "nowhere.gguf").returncode, 66)
        with open(os.path.join(self.home, "text.gguf"), "w") as file:
            file.write("This is a text about a model, not the model.")
        result = self.run_it("model", "info", "text.gguf")
        self.assertEqual(result.returncode, 65)
        self.assertIn("expected the letters GGUF", result.stderr)


class Chat(ModelCommands):
    arguments = ("chat", "--model", FIXTURE_MODEL, "--max-tokens", "12")

    def test_piped_questions_are_answered_one_by_one(self):
        result = self.run_it(*self.arguments, questions="Who serves?\n\n/reset\nWho serves?\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("tokens/s"), 2, result.stderr)
        half = len(result.stdout) // 2
        self.assertEqual(result.stdout[:half], result.stdout[half:])
        self.assertNotIn("\x1b", result.stdout + result.stderr)

    def test_a_conversation_goes_on_until_it_is_reset(self):
        together = self.run_it(*self.arguments, questions="one\none\n").stdout
        apart = self.run_it(*self.arguments, questions="one\n/reset\none\n").stdout
        self.assertNotEqual(together, apart)

    def test_a_seed_decides_the_answer(self):
        def answer(seed):
            sampled = (*self.arguments, "--temperature", "1.5", "--seed", seed)
            return self.run_it(*sampled, questions="Why?\n").stdout

        self.assertEqual(answer("1"), answer("1"))
        self.assertNotEqual(answer("1"), answer("2"))

    def test_a_long_conversation_forgets_its_beginning(self):
        result = self.run_it(*self.arguments, questions="the network serves relays\n" * 16)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("the context is full", result.stderr)

    def test_a_question_beyond_the_context_fails(self):
        result = self.run_it(*self.arguments, questions="the network serves relays " * 200 + "\n")
        self.assertEqual(result.returncode, 65, result.stderr)
        self.assertIn("expected at most 512 tokens of context", result.stderr)

    def test_wrong_usage(self):
        for arguments in (["--temperature", "3"], ["--max-tokens", "0"], ["--path", "abacus"]):
            self.assertEqual(self.run_it("chat", *arguments).returncode, 64, arguments)
        self.assertEqual(self.run_it("chat", "--model", "nowhere.gguf").returncode, 66)


class Terminal(ModelCommands):
    """A chat at a terminal."""

    def start(self, *arguments):
        self.main, side = pty.openpty()
        self.process = subprocess.Popen(
            [PATH, "chat", "--model", FIXTURE_MODEL, *arguments], cwd=self.home, env=self.environment, stdin=side,
            stdout=side, stderr=side, start_new_session=True,
        )
        os.close(side)
        self.addCleanup(self.process.kill)
        self.seen = ""
        self.wait_for("> ")

    def wait_for(self, words, keeping=False):
        deadline = time.monotonic() + 60
        while words not in self.seen:
            self.assertLess(time.monotonic(), deadline, self.seen)
            self.read()
        if not keeping:
            self.seen = self.seen.split(words, 1)[1]

    def wait_for_more(self):
        deadline = time.monotonic() + 60
        while not self.seen:
            self.assertLess(time.monotonic(), deadline)
            self.read()

    def read(self):
        if select.select([self.main], [], [], 0.2)[0]:
            try:
                self.seen += os.read(self.main, 65536).decode(errors="replace")
            except OSError:
                self.fail(self.seen)

    def type(self, text):
        os.write(self.main, text.encode())

    def test_quit_and_the_end_of_input_leave(self):
        for last in ("/quit\n", "\x04"):
            self.start("--max-tokens", "5")
            self.type("Who?\n")
            self.wait_for("tokens/s")
            self.type(last)
            self.assertEqual(self.process.wait(30), 0)

    def test_an_interrupt_stops_the_answer_and_the_next_question_is_answered(self):
        self.start("--max-tokens", "400")
        # The fixture model is quick: the interrupt may come too late for an answer, but not for all of them.
        for _ in range(20):
            self.type("Who serves?\n")
            self.wait_for("Who serves?\r\n")
            self.wait_for_more()
            self.process.send_signal(signal.SIGINT)
            self.wait_for("· prompt ")
            self.wait_for("tokens")
            self.wait_for("\r\n", keeping=True)
            if "stopped" in self.seen.split("\r\n")[0]:
                break
            self.type("/reset\n")
            self.wait_for("anew")
        else:
            self.fail("no answer was stopped")
        self.type("And who pays?\n")
        self.wait_for("cut at the limit")
        self.type("/quit\n")
        self.assertEqual(self.process.wait(30), 0)

    def test_two_interrupts_leave(self):
        self.start()
        self.process.send_signal(signal.SIGINT)
        self.wait_for("once more")
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(30), 130)


class Bench(ModelCommands):
    arguments = (
        "bench", "inference", "--model", FIXTURE_MODEL, "--threads", "1", "--streams", "1", "3", "--prompt", "8",
        "--generate", "6", "--repeat", "1",
    )

    def test_every_combination_is_measured(self):
        result = self.run_it(*self.arguments, "--path", "openblas", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        found = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([(row["threads"], row["streams"]) for row in found], [(1, 1), (1, 3)])
        for row in found:
            self.assertEqual((row["v"], row["type"], row["path"]), (1, "inference", "openblas"))
            self.assertGreater(row["prefill_tokens_per_second"], 0)

    def test_the_table_has_a_line_for_each(self):
        result = self.run_it(*self.arguments, "--path", "openblas")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stdout.splitlines()), 3)

    def test_wrong_usage(self):
        for arguments in (["--streams", "0"], ["--generate", "1"], ["--path", "abacus"]):
            self.assertEqual(self.run_it("bench", "inference", *arguments).returncode, 64, arguments)
        self.assertEqual(self.run_it(*self.arguments[:-4], "--prompt", "600", "--generate", "6").returncode, 64)


if __name__ == "__main__":
    unittest.main(argv=[__file__], verbosity=1)
