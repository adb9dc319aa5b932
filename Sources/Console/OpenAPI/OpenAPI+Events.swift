import Offchain

extension OpenAPI {
    private typealias S = JSONSchema

    /// The data of server-sent events. Streams of completions end with the text `[DONE]`, which is none of them.
    static var eventSchemas: JSONObject {
        [
            "ChatCompletionEvent": S.either(
                S.named("ChatCompletionChunk"), S.named("Error"), meaning: "An error is the last event."),
            "CompletionEvent": S.either(
                S.named("CompletionChunk"), S.named("Error"), meaning: "An error is the last event."),
            "ChatCompletionChunk": completion("chat.completion.chunk", chatChoice, usage: ["usage"]),
            "CompletionChunk": completion(
                "text_completion",
                S.answer([
                    "index": S.count(), "text": S.text(), "logprobs": S.nullable(S.named("CompletionLogprobs")),
                    "finish_reason": S.nullable(S.word("stop", "length")),
                ]), usage: ["usage"]),
            "ResponseEvent": responseEvent,
        ]
    }

    private static let chatChoice = S.answer([
        "index": S.count(),
        "delta": S.answer(
            [
                "role": S.word("assistant"), "content": S.text(),
                "tool_calls": S.list(
                    of: S.answer(
                        [
                            "index": S.count(), "id": S.text(), "type": S.word("function"),
                            "function": S.answer(["name": S.text(), "arguments": S.text()], optional: ["name"]),
                        ], optional: ["id", "type"])),
            ], optional: ["role", "content", "tool_calls"]),
        "logprobs": S.nullable(S.named("ChatLogprobs")),
        "finish_reason": S.nullable(S.word("stop", "length", "tool_calls")),
    ])

    private static let responseEvent: JSONValue = {
        let place: JSONObject = ["item_id": S.text(), "output_index": S.count()]
        let partPlace: JSONObject = ["item_id": S.text(), "output_index": S.count(), "content_index": S.count()]
        let item: JSONObject = ["output_index": S.count(), "item": S.named("ResponseItem")]
        return S.either(
            event(
                [
                    "response.created", "response.in_progress", "response.completed", "response.incomplete",
                    "response.failed",
                ], ["response": S.named("Response")]),
            event(["response.output_item.added", "response.output_item.done"], item),
            event(
                ["response.content_part.added", "response.content_part.done"], partPlace,
                ["part": S.named("ResponsePart")]),
            event(["response.output_text.delta"], partPlace, ["delta": S.text(), "logprobs": S.list(of: S.map())]),
            event(["response.output_text.done"], partPlace, ["text": S.text(), "logprobs": S.list(of: S.map())]),
            event(["response.function_call_arguments.delta"], place, ["delta": S.text()]),
            event(["response.function_call_arguments.done"], place, ["name": S.text(), "arguments": S.text()]),
            event(["error"], ["code": S.nullable(S.text()), "message": S.text(), "param": S.nullable(S.text())]))
    }()

    private static func event(_ types: [String], _ parts: JSONObject...) -> JSONValue {
        var members: JSONObject = [
            "type": .object(["type": .string("string"), "enum": .array(types.map { .string($0) })]),
            "sequence_number": S.count(),
        ]
        for part in parts { for (name, schema) in part.members { members[name] = schema } }
        return S.answer(members)
    }
}
