import Offchain

extension OpenAPI {
    private typealias S = JSONSchema

    /// The fields that chat completions and completions share.
    private static let generation: JSONObject = [
        "model": S.text("An id of GET /v1/models."),
        "max_tokens": S.whole(0...1_000_000, "The most tokens of each choice."),
        "max_completion_tokens": S.whole(1...1_000_000, "The newer name of `max_tokens`, which it overrules."),
        "n": S.whole(1...16, "How many choices."),
        "temperature": S.number(0...2, "0 or absent: the best token each time."),
        "top_p": S.number(0...1), "top_k": S.whole(-1...1_000_000), "min_p": S.number(0...1),
        "seed": S.whole(nil, "Equal seeds give equal answers."),
        "stop": S.either(S.text(), S.list(of: S.text(), most: 4), meaning: "Texts before which an answer ends."),
        "presence_penalty": S.number(-2...2), "frequency_penalty": S.number(-2...2),
        "logit_bias": S.map(of: S.number(-100...100), "Added to the logits of token ids, at most 1024."),
        "stream": S.flag("Whether the answer comes as server-sent events."),
        "stream_options": S.request(["include_usage": S.flag("Whether a last event has the token counts.")]),
        "user": S.text(),
    ]

    private static let prompt = S.either(
        S.text(), S.list(of: S.text(), least: 1, most: 128), S.list(of: tokenID, least: 1),
        S.list(of: S.list(of: tokenID), least: 1, most: 128),
        meaning: "A text, token ids, or a list of at most 128 of either, `n` times as many choices together.")
    /// Nothing has no vector.
    private static let embedded = S.either(
        S.text(least: 1), S.list(of: S.text(least: 1), least: 1, most: 256), S.list(of: tokenID, least: 1),
        S.list(of: S.list(of: tokenID, least: 1), least: 1, most: 256),
        meaning: "A text, token ids, or a list of at most 256 of either, none of them empty.")
    private static let tokenID = S.whole(0...2_147_483_647)

    private static let tools = S.list(of: S.named("Tool"), most: 128)
    private static let toolChoice = S.either(
        S.word("none", "auto", "required"),
        S.map("A function of `tools` by its name: {\"type\":\"function\",\"function\":{\"name\":NAME}}."))

    static var requestSchemas: JSONObject {
        [
            "ChatCompletionRequest": chatRequest, "CompletionRequest": completionRequest,
            "EmbeddingRequest": S.request(
                [
                    "model": S.text(), "input": embedded, "encoding_format": S.word("float", "base64"),
                    "dimensions": S.whole(1...65_536, "How many numbers of each vector to keep."), "user": S.text(),
                ], required: ["model", "input"]),
            "ResponseRequest": responseRequest,
            "Message": message, "Content": messageContent, "Tool": tool, "ResponseFormat": format,
            "AdvanceRequest": S.request(
                ["to": S.text("A moment, such as `10 blocks` or `session 2 proof window open`.")], required: ["to"]),
            "FaultRequest": fault,
        ]
    }

    private static func generation(and further: JSONObject, required: [String]) -> JSONValue {
        var properties = generation
        for (name, value) in further.members { properties[name] = value }
        return S.request(properties, required: required)
    }

    private static let chatRequest = generation(
        and: [
            "messages": S.list(of: S.named("Message"), least: 1, most: 2048),
            "max_tokens": S.whole(1...1_000_000, "The most tokens of each choice."),
            "logprobs": S.flag(), "top_logprobs": S.whole(0...20, "Only with `logprobs`."),
            "response_format": S.named("ResponseFormat"), "tools": tools, "tool_choice": toolChoice,
        ], required: ["model", "messages"])

    private static let completionRequest = generation(
        and: [
            "prompt": prompt, "echo": S.flag("Whether the answer begins with the prompt."),
            "logprobs": S.either(S.whole(0...20), S.flag(), meaning: "How many alternatives to tell of each token."),
            "best_of": S.whole(1...16, "`n`, and nothing else."),
            "suffix": S.text("Nothing: no model here fills gaps."),
        ], required: ["model", "prompt"])

    private static let responseRequest = S.request(
        [
            "model": S.text(),
            "input": S.either(
                S.text(), S.list(of: S.map("A message, a function_call or a function_call_output."), least: 1)),
            "instructions": S.text("A system message ahead of the input."),
            "max_output_tokens": S.whole(1...1_000_000), "temperature": S.number(0...2), "top_p": S.number(0...1),
            "seed": S.whole(), "stream": S.flag(), "user": S.text(), "metadata": S.map(),
            "text": S.request(["format": S.named("ResponseFormat")]), "tools": tools, "tool_choice": toolChoice,
            "background": S.flag("Not true: nothing is stored here."),
        ], required: ["model", "input"])

    private static let messageContent = S.either(
        S.text(),
        S.list(
            of: S.request(
                ["type": S.word("text", "input_text", "output_text"), "text": S.text()], required: ["type", "text"])))

    private static let message = S.request(
        [
            "role": S.word("system", "developer", "user", "assistant", "tool"), "content": S.named("Content"),
            "tool_calls": S.list(
                of: S.request(
                    [
                        "id": S.text(), "type": S.text(),
                        "function": S.request(["name": S.text(), "arguments": S.text()], required: ["name"]),
                    ], required: ["function"]), most: 128, "The calls of an assistant."),
            "tool_call_id": S.text("The call that a tool's message answers."),
        ], required: ["role"])

    private static let function: JSONObject = [
        "name": .object(["type": .string("string"), "pattern": .string("^[A-Za-z0-9_-]{1,64}$")]),
        "description": S.text(), "parameters": S.map("A JSON schema of the arguments."),
    ]

    /// The Responses API has the function's members beside its type.
    private static let tool: JSONValue = {
        var flat: JSONObject = ["type": S.word("function")]
        for (name, value) in function.members { flat[name] = value }
        return S.either(
            S.request(
                ["type": S.word("function"), "function": S.request(function, required: ["name"])],
                required: ["type", "function"]),
            S.request(flat, required: ["type", "name"]))
    }()

    private static let format = S.request(
        [
            "type": S.word("text", "json_object", "json_schema"), "name": S.text(),
            "schema": S.map("A JSON schema, in the Responses API."),
            "json_schema": S.request(
                ["name": S.text(), "schema": S.map("A JSON schema that the answer follows.")], required: ["schema"]),
        ], required: ["type"])

    /// The forms of a fault: what `POST /pokt/faults` takes, and what `GET` tells.
    static let faultForms: JSONObject = {
        let ends: JSONObject = ["from": S.text("A party's name."), "to": S.text("A party's name.")]
        let chance = S.number(0...1)
        var channel = ends
        for name in ["latency", "jitter"] { channel[name] = S.text("A time such as 50ms.") }
        for name in ["loss", "duplicate", "reorder"] { channel[name] = chance }
        channel["partition"] = S.flag()
        return [
            "crash": S.text("A party's name, or chain."), "restart": S.text("A party's name, or chain."),
            "slow": S.answer(["supplier": S.text(), "factor": S.whole(1...1_000_000)]),
            "fault": S.answer(channel, optional: channel.names, "What happens to messages between parties."),
            "heal": S.either(S.word("all"), S.answer(ends, optional: ends.names)),
        ]
    }()

    private static let fault: JSONValue = {
        guard case .object(var object) = S.answer(faultForms, optional: faultForms.names, "One of these.") else {
            return S.map()
        }
        (object["minProperties"], object["maxProperties"]) = (.integer(1), .integer(1))
        return .object(object)
    }()
}
