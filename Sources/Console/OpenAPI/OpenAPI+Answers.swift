import Offchain

extension OpenAPI {
    private typealias S = JSONSchema

    static var schemas: JSONObject {
        var schemas: JSONObject = [
            "Error": S.answer([
                "error": S.answer([
                    "message": S.text(), "type": S.text("The class of the error."),
                    "param": S.nullable(S.text("The field that is wrong.")), "code": S.nullable(S.text()),
                ])
            ])
        ]
        for part in [requestSchemas, answerSchemas, eventSchemas, networkSchemas] {
            for (name, schema) in part.members { schemas[name] = schema }
        }
        return schemas
    }

    private static var answerSchemas: JSONObject {
        [
            "ChatCompletion": completion(
                "chat.completion",
                S.answer([
                    "index": S.count(), "message": S.named("AssistantMessage"),
                    "logprobs": S.nullable(S.named("ChatLogprobs")),
                    "finish_reason": S.word("stop", "length", "tool_calls"),
                ])),
            "Completion": completion(
                "text_completion",
                S.answer([
                    "index": S.count(), "text": S.text(), "logprobs": S.nullable(S.named("CompletionLogprobs")),
                    "finish_reason": S.word("stop", "length"),
                ])),
            "AssistantMessage": S.answer(
                [
                    "role": S.word("assistant"), "content": S.nullable(S.text()), "refusal": S.nullable(S.text()),
                    "tool_calls": S.list(of: S.named("ToolCall")),
                ], optional: ["tool_calls"]),
            "ToolCall": S.answer([
                "id": S.text(), "type": S.word("function"),
                "function": S.answer(["name": S.text(), "arguments": S.text("A JSON document.")]),
            ]),
            "ChatLogprobs": chatLogprobs, "CompletionLogprobs": completionLogprobs, "Usage": usage,
            "EmbeddingList": embeddings, "Model": model,
            "ModelList": S.answer(["object": S.word("list"), "data": S.list(of: S.named("Model"))]),
            "Response": response, "ResponseItem": S.either(responseMessage, functionCall),
            "ResponsePart": responsePart,
        ]
    }

    /// What whole and streamed completions have in common.
    static func completion(_ object: String, _ choice: JSONValue, usage: [String] = []) -> JSONValue {
        S.answer(
            [
                "id": S.text(), "object": S.word(object), "created": S.count("Unix seconds."), "model": S.text(),
                "choices": S.list(of: choice), "usage": S.named("Usage"),
                "system_fingerprint": S.text("What computed the answer: a prefix of the model file's hash."),
            ], optional: usage)
    }

    private static let usage = S.answer([
        "prompt_tokens": S.count(), "completion_tokens": S.count(), "total_tokens": S.count(),
    ])

    private static let chatLogprobs: JSONValue = {
        let entry: JSONObject = [
            "token": S.text(), "logprob": S.number(), "bytes": S.list(of: S.whole(0...255)),
        ]
        var element = entry
        element["top_logprobs"] = S.list(of: S.answer(entry))
        return S.answer(["content": S.list(of: S.answer(element)), "refusal": S.nullable(S.text())])
    }()

    private static let completionLogprobs = S.answer([
        "tokens": S.list(of: S.text()),
        "token_logprobs": S.list(of: S.nullable(S.number()), "Null for a first token, which nothing precedes."),
        "top_logprobs": S.nullable(S.list(of: S.nullable(S.map(of: S.number())))),
        "text_offset": S.list(of: S.count(), "In characters of the choice's text."),
    ])

    private static let embeddings = S.answer([
        "object": S.word("list"),
        "data": S.list(
            of: S.answer([
                "object": S.word("embedding"), "index": S.count(),
                "embedding": S.either(
                    S.list(of: S.number()), S.text(), meaning: "Numbers, or little-endian 32-bit floats in base64."),
            ])),
        "model": S.text(), "usage": S.answer(["prompt_tokens": S.count(), "total_tokens": S.count()]),
    ])

    private static let model = S.answer([
        "id": S.text(), "object": S.word("model"), "created": S.count("Unix seconds."),
        "owned_by": S.text("The service's owner, who gets a share of every settlement."),
    ])

    private static let responseState = S.word("in_progress", "completed", "incomplete")

    private static let response = S.answer([
        "id": S.text(), "object": S.word("response"), "created_at": S.count("Unix seconds."),
        "status": S.word("in_progress", "completed", "incomplete", "failed"),
        "error": S.nullable(S.answer(["code": S.text(), "message": S.text()])),
        "incomplete_details": S.nullable(S.answer(["reason": S.word("max_output_tokens")])),
        "instructions": S.nullable(S.text()), "max_output_tokens": S.nullable(S.count()), "model": S.text(),
        "output": S.list(of: S.named("ResponseItem")), "parallel_tool_calls": S.flag(),
        "previous_response_id": S.nullable(S.text()), "store": S.flag(), "temperature": S.nullable(S.number()),
        "top_p": S.nullable(S.number()), "text": S.map("As the request has it."),
        "tool_choice": S.either(S.text(), S.map()), "tools": S.list(of: S.map()), "truncation": S.word("disabled"),
        "metadata": S.map(), "user": S.nullable(S.text()),
        "usage": S.nullable(
            S.answer([
                "input_tokens": S.count(), "input_tokens_details": S.answer(["cached_tokens": S.count()]),
                "output_tokens": S.count(), "output_tokens_details": S.answer(["reasoning_tokens": S.count()]),
                "total_tokens": S.count(),
            ])),
    ])

    private static let responseMessage = S.answer([
        "id": S.text(), "type": S.word("message"), "status": responseState, "role": S.word("assistant"),
        "content": S.list(of: S.named("ResponsePart")),
    ])

    private static let functionCall = S.answer([
        "id": S.text(), "type": S.word("function_call"), "status": responseState, "call_id": S.text(),
        "name": S.text(), "arguments": S.text("A JSON document."),
    ])

    private static let responsePart = S.answer([
        "type": S.word("output_text"), "text": S.text(), "annotations": S.list(of: S.map()),
        "logprobs": S.list(of: S.map()),
    ])
}
