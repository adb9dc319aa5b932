"""The served OpenAPI document: valid by the official schema, and true for the answers of a real model."""

import json
import sys
import unittest
import urllib.error
import urllib.request

import jsonschema
import openapi_spec_validator

from network import FIXTURE_MODEL, Network, binary, folder

PATH = binary()
TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "parameters": {"type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]},
    },
}
CHAT = {"messages": [{"role": "user", "content": "Who serves?"}], "max_tokens": 40}
FORM = {"type": "json_schema", "json_schema": {"name": "a", "schema": TOOL["function"]["parameters"]}}
# What the scripted backend of the Swift tests does not do.
REQUESTS = [
    ("/v1/chat/completions", {**CHAT, "logprobs": True, "top_logprobs": 3, "n": 2}),
    ("/v1/chat/completions", {**CHAT, "tools": [TOOL], "tool_choice": "required"}),
    ("/v1/chat/completions", {**CHAT, "response_format": FORM}),
    ("/v1/completions", {"prompt": "Who", "max_tokens": 4, "logprobs": 2, "echo": True}),
    ("/v1/completions", {"prompt": [1, 2, 3], "max_tokens": 4, "logprobs": 0}),
    ("/v1/embeddings", {"input": ["Who", "Why"], "encoding_format": "base64"}),
    ("/v1/embeddings", {"input": "Who"}),
    ("/v1/responses", {"input": "Who?", "max_output_tokens": 4}),
    ("/v1/responses", {"input": "Who?", "tools": [{"type": "function", **TOOL["function"]}], "tool_choice": "required"}),
    ("/v1/chat/completions", {**CHAT, "temperature": 3}),
]


class Description(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        home = folder()
        cls.addClassCleanup(home.cleanup)
        cls.network = Network(PATH, home.name, arguments=["--model", FIXTURE_MODEL])
        cls.addClassCleanup(cls.network.process.kill)
        cls.document = cls.get("/openapi.json")
        cls.model = cls.get("/v1/models")["data"][0]["id"]

    @classmethod
    def tearDownClass(cls):
        cls.network.stop()

    @classmethod
    def get(cls, path):
        with urllib.request.urlopen(cls.network.url + path, timeout=60) as response:
            return json.load(response)

    def check(self, value, schema):
        """Compares a value with a schema of the document; closed objects say what is not described."""
        whole = {**schema, "components": self.document["components"]}
        jsonschema.Draft202012Validator(whole).validate(value)

    def post(self, path, body):
        data = json.dumps({"model": self.model, **body}).encode()
        request = urllib.request.Request(
            self.network.url + path, data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def test_the_document_is_valid(self):
        errors = list(openapi_spec_validator.OpenAPIV31SpecValidator(self.document).iter_errors())
        self.assertEqual(errors, [])

    def test_answers_of_a_model_are_as_described(self):
        for path, body in REQUESTS:
            with self.subTest(path=path, body=body):
                operation = self.document["paths"][path]["post"]
                status, text = self.post(path, body)
                content = operation["responses"][str(status)]["content"]
                self.check(json.loads(text), content["application/json"]["schema"])
                self.assertEqual(status, 400 if body.get("temperature") == 3 else 200)
                if status == 200:
                    request = operation["requestBody"]["content"]["application/json"]["schema"]
                    self.check({"model": self.model, **body}, request)

    def test_events_of_a_model_are_as_described(self):
        for path, body in REQUESTS[:-1]:
            if path == "/v1/embeddings":
                continue
            with self.subTest(path=path, body=body):
                content = self.document["paths"][path]["post"]["responses"]["200"]["content"]
                _, text = self.post(path, {**body, "stream": True})
                events = [line[6:] for line in text.splitlines() if line.startswith("data: ") and line != "data: [DONE]"]
                self.assertGreater(len(events), 3)
                for event in events:
                    self.check(json.loads(event), content["text/event-stream"]["x-event-schema"])

    def test_the_state_of_the_network_is_as_described(self):
        for path in ["/pokt/status", "/pokt/usage", "/pokt/snapshots", "/pokt/faults", "/v1/models", "/health", "/ready"]:
            content = self.document["paths"][path]["get"]["responses"]["200"]["content"]
            self.check(self.get(path), content["application/json"]["schema"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
