"""Other clients that speak OpenAI's API: LiteLLM, LangChain and curl."""

import base64
import json
import os
import struct
import subprocess
import sys
import unittest
import warnings

# What the packages say of each other is no business of ours.
warnings.filterwarnings("ignore", module="pydantic")
# Neither may ask the world for anything: the table of prices comes with the package.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LANGCHAIN_TRACING_V2"] = "false"

import litellm
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from network import FIXTURE_MODEL, Network, binary, folder

PATH = binary()
QUESTION = "Who serves a relay?"


class OtherClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        home = folder()
        cls.addClassCleanup(home.cleanup)
        cls.network = Network(PATH, home.name, arguments=["--model", FIXTURE_MODEL])
        cls.addClassCleanup(cls.network.process.kill)
        cls.url = cls.network.url + "/v1"

    @classmethod
    def tearDownClass(cls):
        code = cls.network.stop()
        if code != 0:
            raise AssertionError(f"expected exit code 0 after Ctrl-C, found {code}:\n{cls.network.log()}")

    def test_litellm(self):
        fields = {
            "model": "openai/smollm2-chat", "api_base": self.url, "api_key": "any", "max_tokens": 8,
            "messages": [{"role": "user", "content": QUESTION}],
        }
        whole = litellm.completion(**fields)
        self.assertTrue(whole.choices[0].message.content)
        self.assertGreater(whole.usage.prompt_tokens, 0)
        pieces = [chunk.choices[0].delta.content or "" for chunk in litellm.completion(stream=True, **fields)]
        self.assertEqual("".join(pieces), whole.choices[0].message.content)
        vectors = litellm.embedding(
            model="openai/smollm2-embed", api_base=self.url, api_key="any", input=["the relays"]
        )
        self.assertGreater(len(vectors.data[0]["embedding"]), 8)

    TOOL = {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object", "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
                "required": ["city", "unit"], "additionalProperties": False,
            },
        },
    }
    SCHEMA = {
        "type": "object", "properties": {"who": {"type": "string"}, "sure": {"type": "boolean"}},
        "required": ["who", "sure"], "additionalProperties": False,
    }

    def test_litellm_with_tools_and_a_schema(self):
        fields = {
            "model": "openai/smollm2-chat", "api_base": self.url, "api_key": "any", "max_tokens": 60,
            "messages": [{"role": "user", "content": QUESTION}],
        }
        called = litellm.completion(tools=[self.TOOL], tool_choice="required", **fields).choices[0]
        self.assertEqual(called.finish_reason, "tool_calls")
        call = called.message.tool_calls[0].function
        self.assertEqual(call.name, "weather")
        self.assertEqual(set(json.loads(call.arguments)), {"city", "unit"})
        pieces = litellm.completion(tools=[self.TOOL], tool_choice="required", stream=True, **fields)
        deltas = [chunk.choices[0].delta.tool_calls for chunk in pieces if chunk.choices[0].delta.tool_calls]
        self.assertEqual("".join(delta[0].function.arguments or "" for delta in deltas), call.arguments)
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": self.SCHEMA, "strict": True}}
        answer = litellm.completion(response_format=form, **fields).choices[0].message.content
        self.assertEqual(set(json.loads(answer)), {"who", "sure"})

    def test_embeddings_are_the_same_numbers_in_base64(self):
        def embed(**fields):
            return litellm.embedding(
                model="openai/smollm2-embed", api_base=self.url, api_key="any", input=["the relays"], **fields
            ).data[0]["embedding"]

        plain = embed(encoding_format="float")
        packed = embed(encoding_format="base64")
        if isinstance(packed, str):
            raw = base64.b64decode(packed)
            packed = list(struct.unpack(f"<{len(raw) // 4}f", raw))
        self.assertEqual(len(packed), len(plain))
        self.assertTrue(all(abs(left - right) < 1e-6 for left, right in zip(packed, plain)))

    def test_langchain_binds_tools(self):
        model = ChatOpenAI(model="smollm2-chat", base_url=self.url, api_key="any", max_tokens=60)
        message = model.bind_tools([self.TOOL], tool_choice="required").invoke(QUESTION)
        self.assertEqual(message.tool_calls[0]["name"], "weather")
        self.assertIn(message.tool_calls[0]["args"]["unit"], ["C", "F"])
        chunks = list(model.bind_tools([self.TOOL], tool_choice="required").stream(QUESTION))
        whole = chunks[0]
        for chunk in chunks[1:]:
            whole += chunk
        self.assertEqual(whole.tool_calls[0]["args"], message.tool_calls[0]["args"])

    def test_langchain(self):
        model = ChatOpenAI(model="smollm2-chat", base_url=self.url, api_key="any", max_tokens=8, temperature=0)
        messages = [SystemMessage("Be brief."), HumanMessage(QUESTION)]
        answer = model.invoke(messages)
        self.assertTrue(answer.content)
        self.assertGreater(answer.usage_metadata["output_tokens"], 0)
        self.assertEqual("".join(chunk.content for chunk in model.stream(messages)), answer.content)
        self.assertEqual(len(model.batch([QUESTION, "Who proves?", "Who pays?"])), 3)
        schema = {
            "title": "Answer", "type": "object", "properties": {"who": {"type": "string"}, "sure": {"type": "boolean"}},
            "required": ["who", "sure"], "additionalProperties": False,
        }
        structured = ChatOpenAI(model="smollm2-chat", base_url=self.url, api_key="any", max_tokens=60)
        self.assertEqual(
            set(structured.with_structured_output(schema, method="json_schema").invoke(QUESTION)), {"who", "sure"}
        )
        called = structured.with_structured_output(schema, method="function_calling").invoke(QUESTION)
        self.assertEqual(set(called), {"who", "sure"})
        # Without its own tokenizer, which would have to be fetched, it sends the texts as they are.
        vectors = OpenAIEmbeddings(
            model="smollm2-embed", base_url=self.url, api_key="any", check_embedding_ctx_length=False
        ).embed_documents(["the relays", "who serves"])
        self.assertEqual(len(vectors), 2)

    def test_curl_prints_events_as_they_come(self):
        body = json.dumps(
            {"model": "smollm2-chat", "messages": [{"role": "user", "content": QUESTION}], "max_tokens": 6,
             "stream": True}
        )
        result = subprocess.run(
            ["curl", "-sSN", "-i", self.url + "/chat/completions", "-H", "Content-Type: application/json", "-d", body],
            capture_output=True, text=True, timeout=60, check=True,
        )
        head, events = result.stdout.split("\n\n", 1)
        self.assertIn("200 OK", head)
        self.assertIn("text/event-stream", head)
        lines = [line for line in events.splitlines() if line.startswith("data: ")]
        self.assertEqual(lines[-1], "data: [DONE]")
        self.assertEqual(json.loads(lines[0][6:])["choices"][0]["delta"]["role"], "assistant")

    def curl(self, route, **fields):
        result = subprocess.run(
            ["curl", "-sSNf", self.url + route, "-H", "Content-Type: application/json", "-d", json.dumps(fields)],
            capture_output=True, text=True, timeout=60, check=True,
        )
        return result.stdout

    def test_curl_streams_calls_and_documents(self):
        messages = [{"role": "user", "content": QUESTION}]

        def deltas(**fields):
            text = self.curl(
                "/chat/completions", model="smollm2-chat", messages=messages, max_tokens=60, stream=True, **fields
            )
            lines = [line[6:] for line in text.splitlines() if line.startswith("data: {")]
            return [json.loads(line)["choices"][0]["delta"] for line in lines]

        calls = [delta["tool_calls"][0] for delta in deltas(tools=[self.TOOL], tool_choice="required")
                 if "tool_calls" in delta]
        arguments = "".join(call["function"].get("arguments", "") for call in calls)
        self.assertEqual(set(json.loads(arguments)), {"city", "unit"})
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": self.SCHEMA}}
        text = "".join(delta.get("content") or "" for delta in deltas(response_format=form))
        self.assertEqual(set(json.loads(text)), {"who", "sure"})

    def test_curl_gets_embeddings_in_both_encodings(self):
        def embedding(encoding):
            text = self.curl("/embeddings", model="smollm2-embed", input="the relays", encoding_format=encoding)
            return json.loads(text)["data"][0]["embedding"]

        raw = base64.b64decode(embedding("base64"), validate=True)
        packed = struct.unpack(f"<{len(raw) // 4}f", raw)
        plain = embedding("float")
        self.assertEqual(len(packed), len(plain))
        self.assertTrue(all(abs(left - right) < 1e-6 for left, right in zip(packed, plain)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
