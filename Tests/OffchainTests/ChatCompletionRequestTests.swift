import Keys
import Testing

@testable import Offchain

/// A wrong body and the field that its error must name.
struct WrongBody: Sendable, CustomTestStringConvertible {
    let body: String
    let param: String?
    var testDescription: String { body }
}

@Suite("A chat completion request")
struct ChatCompletionRequestTests {
    @Test("reads the fields that it knows and ignores the rest")
    func readsKnownFields() throws {
        let request = try ChatCompletionRequest(
            body: Array(
                #"""
                {"model":"m","messages":[{"role":"developer","content":"be brief"},
                 {"role":"user","content":[{"type":"text","text":"Hel"},{"type":"text","text":"lo"}]}],
                 "max_completion_tokens":7,"temperature":0,"top_p":0.5,"seed":-3,"stop":"END","x_unknown":{"a":[1]},
                 "user":null}
                """#.utf8))
        #expect(request.model == "m")
        #expect(request.messages.map(\.role) == ["system", "user"])
        #expect(request.messages.last?.content == "Hello")
        #expect(request.options.maxTokens == 7)
        #expect(request.options.temperature == 0)
        #expect(request.options.topP == 0.5)
        #expect(request.options.seed == -3)
        #expect(request.options.stop == ["END"])
    }

    @Test(
        "names the field of a wrong type, a missing value or one out of range",
        arguments: [
            WrongBody(body: #"{"messages":[{"role":"user","content":"x"}]}"#, param: "model"),
            WrongBody(body: #"{"model":7,"messages":[]}"#, param: "model"),
            WrongBody(body: #"{"model":"m"}"#, param: "messages"),
            WrongBody(body: #"{"model":"m","messages":[]}"#, param: "messages"),
            WrongBody(body: #"{"model":"m","messages":"hi"}"#, param: "messages"),
            WrongBody(body: #"{"model":"m","messages":["hi"]}"#, param: "messages[0]"),
            WrongBody(
                body: #"{"model":"m","messages":[{"role":"king","content":"x"}]}"#, param: "messages[0].role"),
            WrongBody(
                body: #"{"model":"m","messages":[{"role":"user","content":5}]}"#, param: "messages[0].content"),
            WrongBody(body: body(#""temperature":"hot""#), param: "temperature"),
            WrongBody(body: body(#""temperature":3"#), param: "temperature"),
            WrongBody(body: body(#""max_tokens":0"#), param: "max_tokens"),
            WrongBody(body: body(#""max_tokens":1.5"#), param: "max_tokens"),
            WrongBody(body: body(#""max_tokens":true"#), param: "max_tokens"),
            WrongBody(body: body(#""top_p":-1"#), param: "top_p"),
            WrongBody(body: body(#""seed":"x""#), param: "seed"),
            WrongBody(body: body(#""stop":[1]"#), param: "stop"),
            WrongBody(body: body(#""stop":["a","b","c","d","e"]"#), param: "stop"),
            WrongBody(body: body(#""stream":"yes""#), param: "stream"),
            WrongBody(body: body(#""n":0"#), param: "n"),
            WrongBody(body: "[]", param: nil),
            WrongBody(body: "{", param: nil),
            WrongBody(body: "", param: nil),
            WrongBody(body: String(repeating: "[", count: 100_000), param: nil),
        ])
    func namesTheWrongField(_ wrong: WrongBody) {
        let error = #expect(throws: OpenAIError.self) { try ChatCompletionRequest(body: Array(wrong.body.utf8)) }
        #expect(error?.status == 400)
        #expect(error?.type == "invalid_request_error")
        #expect(error?.param == wrong.param)
    }

    private static func body(_ field: String) -> String {
        #"{"model":"m","messages":[{"role":"user","content":"x"}],\#(field)}"#
    }

    @Test("an error's body always has OpenAI's four fields")
    func errorBody() throws {
        let text = String(decoding: OpenAIError.modelNotFound("x", available: ["a"]).body, as: UTF8.self)
        #expect(text.contains(#""code":"model_not_found""#))
        #expect(text.contains(#""param":"model""#))
        let bare = String(decoding: OpenAIError.unexpected("oh").body, as: UTF8.self)
        #expect(bare.contains(#""param":null"#))
    }

    @Test("the body that we write is the body that we read")
    func roundTrip() throws {
        var request = ChatCompletionRequest(
            model: "m", messages: [ChatMessage(role: "user", content: "a \"quoted\" ü\n")], maxTokens: 5)
        request.options.temperature = 0.25
        request.options.seed = 9
        #expect(try ChatCompletionRequest(body: request.body) == request)
    }
}
