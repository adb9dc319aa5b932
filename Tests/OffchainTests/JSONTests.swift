import Foundation
import Keys
import Testing

@testable import Offchain

@Suite("JSON values")
struct JSONTests {
    private func parse(_ text: String) -> JSONValue? { JSONValue(parsing: Array(text.utf8)) }

    @Test("members keep their order, and a repeated name its last value")
    func order() {
        let value = parse(#"{"z":1,"a":{"y":[true,null],"b":"x"},"z":2}"#)
        #expect(value?.json == #"{"z":2,"a":{"y":[true,null],"b":"x"}}"#)
        var many = JSONObject()
        for number in 0..<40 { many["m\(number)"] = .integer(number) }
        many["m7"] = nil
        #expect(many["m7"] == nil)
        #expect(many["m39"] == .integer(39))
        #expect(many.names.count == 39)
        many["m8"] = .null
        #expect(many.names[7] == "m8")
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "1e", "-", "+1", ".5", "nul", "truex", "\"\u{1}\"",
            "\"\\x\"", "\"\\u12\"", "\"open", "[1 2]", "{\"a\" 1}", "1 1", "NaN", "Infinity", "1e999", "'a'",
        ])
    func refused(_ text: String) { #expect(parse(text) == nil) }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() { #expect(JSONValue(parsing: [0x22, 0xff, 0x22]) == nil) }

    @Test(
        "numbers, escapes and halves of characters",
        arguments: [
            ("9223372036854775807", JSONValue.integer(Int64.max)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("-0", .integer(0 as Int64)), ("1.5e2", .number(150)), (#""\u00fc\ud83d\ude00\n\/""#, .string("ü😀\n/")),
            (#""\ud83dx""#, .string("\u{fffd}x")), (#""\ude00""#, .string("\u{fffd}")),
        ])
    func values(_ text: String, _ expected: JSONValue) { #expect(parse(text) == expected) }

    @Test("what Foundation writes is read, and what we write Foundation reads")
    func foundation() throws {
        let value = JSONValue.object([
            "text": .string("a\"b\\c\u{1}\u{7f}ü😀\n\t"),
            "numbers": .array([.number(0.1), .integer(-7), .number(1e-9)]),
            "empty": .object([:]), "none": .null,
        ])
        let object = try JSONSerialization.jsonObject(with: Data(value.bytes))
        let back = try JSONSerialization.data(withJSONObject: object)
        let read = try #require(JSONValue(parsing: Array(back)))
        for name in ["text", "numbers", "empty", "none"] { #expect(read[name] == value[name]) }
    }

    @Test("nesting has an end")
    func depth() {
        let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        #expect(parse(deep(100)) != nil)
        #expect(parse(deep(1_000)) == nil)
    }
}

@Suite("Requests of the other routes")
struct OtherRequestTests {
    @Test(
        "a wrong field is named",
        arguments: [
            ("/v1/completions", #"{"model":"m","prompt":[1,"a"]}"#, "prompt"),
            ("/v1/completions", #"{"model":"m","prompt":"a","logprobs":21}"#, "logprobs"),
            ("/v1/completions", #"{"model":"m","prompt":"a","suffix":"b"}"#, "suffix"),
            ("/v1/embeddings", #"{"model":"m","input":"a","encoding_format":"hex"}"#, "encoding_format"),
            ("/v1/embeddings", #"{"model":"m","input":""}"#, "input"),
            (
                "/v1/chat/completions", #"{"model":"m","messages":[{"role":"user","content":"x"}],"top_logprobs":2}"#,
                "top_logprobs"
            ),
            (
                "/v1/chat/completions",
                #"{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":"required"}"#, "tool_choice"
            ),
            (
                "/v1/chat/completions",
                #"{"model":"m","messages":[{"role":"user","content":"x"}],"logit_bias":{"5":101}}"#, "logit_bias"
            ),
            (
                "/v1/chat/completions",
                #"{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}}"#,
                "response_format.type"
            ),
        ])
    func wrong(path: String, body: String, param: String) {
        let error = #expect(throws: OpenAIError.self) {
            try InferenceRequest(path: path, body: Array(body.utf8))
        }
        #expect(error?.param == param)
        #expect(error?.status == 400)
    }

    @Test("what is written is what was read")
    func roundTrips() throws {
        let chat = #"""
            {"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
             "function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}],
             "n":2,"top_k":-1,"logit_bias":{"5":-3},"stop":["a","b"],"stream":true,"stream_options":{"include_usage":true},
             "logprobs":true,"top_logprobs":3,"response_format":{"type":"json_schema","json_schema":{"name":"s",
             "schema":{"type":"object"}}},"tools":[{"type":"function","function":{"name":"f"}}],
             "tool_choice":{"type":"function","function":{"name":"f"}}}
            """#
        let request = try ChatCompletionRequest(body: Array(chat.utf8))
        #expect(try ChatCompletionRequest(body: request.body) == request)
        #expect(request.options.topK == 0)
        #expect(request.messages[0].toolCalls.map(\.name) == ["f"])
        let completion = try CompletionRequest(
            body: Array(#"{"model":"m","prompt":["a",[1,2]],"echo":true,"logprobs":1,"max_tokens":0}"#.utf8))
        #expect(try CompletionRequest(body: completion.body) == completion)
        let embedding = try EmbeddingRequest(
            body: Array(#"{"model":"m","input":[[1,2],[3]],"encoding_format":"base64","dimensions":4}"#.utf8))
        #expect(try EmbeddingRequest(body: embedding.body) == embedding)
    }
}
