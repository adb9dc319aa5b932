"""Other clients that speak OpenAI's API: LiteLLM, LangChain and curl."""

import json
import os
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


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
