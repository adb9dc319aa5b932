"""The official openai package, unmodified, against a gateway."""

import asyncio
import json
import sys
import unittest
from typing import Literal

import openai
import pydantic

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
            "n": 0,
            "logit_bias": {"x": 1},
            "tools": "none",
            "response_format": 3,
        }
        for param, value in wrong.items():
            with self.subTest(param), self.assertRaises(openai.BadRequestError) as caught:
                self.complete(**{param: value})
            self.assertEqual(caught.exception.param, param)
            self.assertEqual(caught.exception.type, "invalid_request_error")

    def test_unknown_route(self):
        with self.assertRaises(openai.NotFoundError) as caught:
            self.client.moderations.create(input="x")
        self.assertEqual(caught.exception.code, "unknown_url")

    def test_stream_joins_to_the_answer(self):
        whole = self.complete(max_tokens=12)
        stream = self.complete(max_tokens=12, stream=True, stream_options={"include_usage": True})
        chunks = list(stream)
        self.assertEqual(chunks[0].choices[0].delta.role, "assistant")
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        self.assertEqual(text, whole.choices[0].message.content)
        reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
        self.assertEqual(reasons, [whole.choices[0].finish_reason])
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage, whole.usage)

    def test_the_streaming_helper(self):
        with self.client.chat.completions.stream(model=self.model, messages=QUESTION) as stream:
            deltas = [event.delta for event in stream if event.type == "content.delta"]
            final = stream.get_final_completion()
        self.assertEqual("".join(deltas), final.choices[0].message.content)

    def test_async_clients_stream_side_by_side(self):
        async def ask(client, number):
            stream = await client.chat.completions.create(
                model=self.model, messages=[{"role": "user", "content": f"Question {number}"}], stream=True
            )
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

        async def ask_all():
            async with openai.AsyncOpenAI(base_url=self.network.url + "/v1", api_key="any") as client:
                return await asyncio.gather(*(ask(client, number) for number in range(16)))

        answers = asyncio.run(ask_all())
        self.assertEqual(len(answers), 16)
        self.assertTrue(all(answers))
        self.assertGreater(len(set(answers)), 8)

    def test_a_client_that_leaves_a_stream_leaves_nothing(self):
        for _ in range(3):
            stream = self.complete(stream=True)
            next(iter(stream))
            stream.close()
        self.assertTrue(self.complete().choices[0].message.content)
        self.assertEqual(self.network.status()["waiting_clients"], 0)

    def test_several_choices(self):
        completion = self.complete(n=3, max_tokens=4)
        self.assertEqual([choice.index for choice in completion.choices], [0, 1, 2])

    def test_responses(self):
        response = self.client.responses.create(model=self.model, input="Who serves?", instructions="Be brief.")
        self.assertEqual(response.status, "completed")
        self.assertTrue(response.output_text)
        self.assertGreater(response.usage.output_tokens, 0)
        with self.client.responses.stream(model=self.model, input="Who serves?", instructions="Be brief.") as stream:
            deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
            self.assertEqual(stream.get_final_response().output_text, "".join(deltas))
        self.assertEqual("".join(deltas), response.output_text)

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

    def test_embeddings(self):
        texts = ["the relays", "who serves", "the relays"]
        packed = self.client.embeddings.create(model=self.model, input=texts)
        plain = self.client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        self.assertEqual([item.index for item in packed.data], [0, 1, 2])
        self.assertEqual(packed.data[0].embedding, packed.data[2].embedding)
        self.assertNotEqual(packed.data[0].embedding, packed.data[1].embedding)
        for left, right in zip(packed.data, plain.data):
            self.assertEqual(len(left.embedding), len(right.embedding))
            self.assertTrue(all(abs(a - b) < 1e-6 for a, b in zip(left.embedding, right.embedding)))
            self.assertAlmostEqual(sum(number * number for number in left.embedding), 1, places=3)
        self.assertGreater(packed.usage.prompt_tokens, 0)

    def test_completions_with_echo(self):
        completion = self.client.completions.create(
            model=self.model, prompt="the relays settle", echo=True, logprobs=2, max_tokens=0
        )
        choice = completion.choices[0]
        self.assertEqual(choice.text, "the relays settle")
        self.assertIsNone(choice.logprobs.token_logprobs[0])
        self.assertTrue(all(number <= 0 for number in choice.logprobs.token_logprobs[1:]))
        self.assertEqual(len(choice.logprobs.tokens), completion.usage.prompt_tokens)
        self.assertEqual("".join(choice.logprobs.tokens), choice.text)

    def test_a_stream_is_the_answer_and_a_seed_repeats_it(self):
        fields = {"max_tokens": 16, "temperature": 1.0, "seed": 11}
        whole = self.complete(**fields).choices[0].message.content
        self.assertEqual(self.complete(**fields).choices[0].message.content, whole)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in self.complete(stream=True, **fields))
        self.assertEqual(text, whole)

    def test_logprobs(self):
        choice = self.complete(max_tokens=4, logprobs=True, top_logprobs=3).choices[0]
        for token in choice.logprobs.content:
            self.assertEqual(len(token.top_logprobs), 3)
            self.assertLessEqual(token.logprob, token.top_logprobs[0].logprob + 1e-6)

    def test_json_schema(self):
        class Place(pydantic.BaseModel):
            name: str
            floor: int

        class Meeting(pydantic.BaseModel):
            title: str
            public: bool
            places: list[Place]
            kind: Literal["talk", "meal"]

        completion = self.client.chat.completions.parse(
            model=self.model, messages=QUESTION, response_format=Meeting, max_tokens=120
        )
        meeting = completion.choices[0].message.parsed
        self.assertIsInstance(meeting, Meeting)
        self.assertIn(meeting.kind, ["talk", "meal"])
        anything = self.complete(response_format={"type": "json_object"}, max_tokens=60)
        self.assertIsInstance(json.loads(anything.choices[0].message.content), dict)

    def test_a_schema_that_is_not_supported_is_refused_by_name(self):
        schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^a+$"}}}
        with self.assertRaises(openai.BadRequestError) as caught:
            self.complete(response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": schema}})
        self.assertEqual(caught.exception.param, "response_format")
        self.assertIn("pattern", str(caught.exception))

    TOOL = {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
                "required": ["city", "unit"],
                "additionalProperties": False,
            },
        },
    }

    def test_tools(self):
        named = {"type": "function", "function": {"name": "weather"}}
        for choice in ("required", named):
            completion = self.complete(tools=[self.TOOL], tool_choice=choice, max_tokens=60)
            self.assertEqual(completion.choices[0].finish_reason, "tool_calls")
            call = completion.choices[0].message.tool_calls[0]
            self.assertEqual(call.function.name, "weather")
            self.assertIn(json.loads(call.function.arguments)["unit"], ["C", "F"])
            pieces = [
                chunk.choices[0].delta.tool_calls[0]
                for chunk in self.complete(tools=[self.TOOL], tool_choice=choice, max_tokens=60, stream=True)
                if chunk.choices[0].delta.tool_calls
            ]
            self.assertEqual("".join(piece.function.arguments or "" for piece in pieces), call.function.arguments)
        messages = [
            *QUESTION,
            completion.choices[0].message,
            {"role": "tool", "tool_call_id": call.id, "content": "sunny"},
        ]
        self.assertTrue(self.complete(messages=messages, max_tokens=4).choices)


del Client

if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
