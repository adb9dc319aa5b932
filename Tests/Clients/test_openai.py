"""The official openai package, unmodified, against a gateway."""

import sys
import unittest

import openai

from network import FIXTURE_MODEL, Network, binary, folder

PATH = binary()
QUESTION = [{"role": "user", "content": "Who serves a relay?"}]


class Client(unittest.TestCase):
    arguments = ["--backend", "scripted"]

    @classmethod
    def setUpClass(cls):
        home = folder()
        cls.addClassCleanup(home.cleanup)
        cls.network = Network(PATH, home.name, arguments=cls.arguments)
        cls.addClassCleanup(cls.network.process.kill)
        cls.client = openai.OpenAI(base_url=cls.network.url + "/v1", api_key="any key", max_retries=0)
        cls.model = cls.client.models.list().data[0].id

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        code = cls.network.stop()
        if code != 0:
            raise AssertionError(f"expected exit code 0 after Ctrl-C, found {code}:\n{cls.network.log()}")

    def complete(self, **fields):
        return self.client.chat.completions.create(**{"model": self.model, "messages": QUESTION, **fields})


class ScriptedTest(Client):
    def test_models_are_listed(self):
        models = self.client.models.list()
        self.assertEqual(models.object, "list")
        self.assertGreaterEqual(len(models.data), 2)
        for model in models:
            self.assertEqual(model.object, "model")
            self.assertTrue(model.owned_by)
            self.assertEqual(self.client.models.retrieve(model.id), model)

    def test_completion(self):
        completion = self.complete(max_tokens=5, temperature=0.7, seed=1, user="somebody")
        self.assertEqual(completion.object, "chat.completion")
        self.assertEqual(completion.model, self.model)
        self.assertEqual(len(completion.choices), 1)
        choice = completion.choices[0]
        self.assertEqual(choice.message.role, "assistant")
        self.assertTrue(choice.message.content)
        self.assertEqual(choice.finish_reason, "length")
        self.assertEqual(completion.usage.completion_tokens, 5)
        self.assertEqual(
            completion.usage.total_tokens, completion.usage.prompt_tokens + completion.usage.completion_tokens
        )

    def test_headers_say_who_served(self):
        raw = self.client.chat.completions.with_raw_response.create(
            model=self.model, messages=QUESTION, extra_headers={"x-request-id": "client-1"}
        )
        self.assertTrue(raw.headers["X-Supplier-Address"].startswith("pokt1"))
        self.assertTrue(raw.headers["X-App-Address"].startswith("pokt1"))
        self.assertTrue(raw.headers["X-Session-ID"])
        self.assertEqual(raw.headers["x-request-id"], "client-1")
        self.assertEqual(raw.parse()._request_id, "client-1")
        suppliers = [a["address"] for a in self.network.status()["accounts"] if a["role"] == "supplier"]
        self.assertIn(raw.headers["X-Supplier-Address"], suppliers)
        self.assertTrue(self.complete()._request_id.startswith("req_"))

    def test_named_application(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.complete(extra_headers={"App-Address": "pokt1nobody"})
        self.assertEqual(caught.exception.param, "App-Address")

    def test_unknown_model(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.complete(model="gpt-9")
        self.assertEqual(caught.exception.code, "model_not_found")
        self.assertEqual(caught.exception.param, "model")
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("gpt-9")

    def test_wrong_fields(self):
        wrong = {
            "temperature": "hot",
            "max_tokens": "many",
            "messages": "hello",
            "top_p": [1],
            "stream": True,
        }
        for param, value in wrong.items():
            with self.subTest(param), self.assertRaises(openai.BadRequestError) as caught:
                self.complete(**{param: value})
            self.assertEqual(caught.exception.param, param)
            self.assertEqual(caught.exception.type, "invalid_request_error")

    def test_unknown_route(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.embeddings.create(model=self.model, input="x")
        self.assertEqual(caught.exception.code, "unknown_url")

    def test_body_over_the_limit(self):
        with self.assertRaises(openai.APIStatusError) as caught:
            self.complete(messages=[{"role": "user", "content": "x" * 1_000_001}])
        self.assertEqual(caught.exception.status_code, 413)
        self.assertEqual(caught.exception.code, "request_too_large")


class ModelTest(Client):
    """The small fixture model: real inference whose answers need no sense."""

    arguments = ["--model", FIXTURE_MODEL]

    def test_completion(self):
        first = self.complete(max_tokens=4, temperature=0)
        self.assertLessEqual(first.usage.completion_tokens, 4)
        self.assertGreater(first.usage.prompt_tokens, 0)
        self.assertEqual(first.choices[0].message, self.complete(max_tokens=4, temperature=0).choices[0].message)

    def test_prompt_over_the_context(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.complete(messages=[{"role": "user", "content": "word " * 20_000}])
        self.assertEqual(caught.exception.code, "context_length_exceeded")
        self.assertEqual(caught.exception.param, "messages")


del Client

if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
