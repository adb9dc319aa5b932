import Inference
import Offchain
import Serving
import Shannon
import Testing

@Suite("Answers of a given form")
struct FormTests {
    private static let person = #"""
        {"type":"object","additionalProperties":false,"required":["name","age","tags","kind"],
         "properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer"},
          "tags":{"type":"array","items":{"type":"string","maxLength":6},"minItems":1,"maxItems":3},
          "kind":{"enum":["cat","dog",3,null]},"home":{"$ref":"#/$defs/place"},"ratio":{"type":"number"},
          "other":{"anyOf":[{"type":"null"},{"type":"boolean"}]}},
         "$defs":{"place":{"type":"object","properties":{"in":{"anyOf":[{"$ref":"#/$defs/place"},{"const":"here"}]}},
          "required":["in"],"additionalProperties":false}}}
        """#

    @Test("a schema's answer is a document of the schema, greedy or drawn", arguments: [0.0, 0.9, 1.8], [40, 90, 300])
    func schema(temperature: Double, tokens: Int) async throws {
        let format = #""response_format":{"type":"json_schema","json_schema":{"name":"p","schema":\#(Self.person)}}"#
        let result = try await run(
            "/v1/chat/completions",
            chat(#""max_tokens":\#(tokens),"temperature":\#(temperature),"seed":3,\#(format)"#))
        let completion = try #require(ChatCompletion(body: result.outcome.response.body), "\(result.json.json)")
        let text = completion.answer
        let document = try #require(JSONValue(parsing: Array(text.utf8)), "\(text)")
        guard case .object(let object) = document else {
            Issue.record("expected an object, found \(document.kind)")
            return
        }
        let order = ["name", "age", "tags", "kind", "home", "ratio", "other"]
        #expect(object.names == order.filter(object.names.contains))
        #expect((object["name"]?.text?.unicodeScalars.count ?? 99) <= 12)
        #expect(object["age"]?.whole != nil)
        #expect((1...3).contains(object["tags"]?.elements?.count ?? 0))
        #expect([.string("cat"), .string("dog"), .integer(3 as Int64), .null].contains(object["kind"]))
        #expect(completion.choices[0].finishReason == "stop")
    }

    @Test("json_object gives an object", arguments: [0.0, 1.5])
    func anyObject(temperature: Double) async throws {
        let result = try await run(
            "/v1/chat/completions",
            chat(#""max_tokens":60,"temperature":\#(temperature),"response_format":{"type":"json_object"}"#))
        let text = try #require(ChatCompletion(body: result.outcome.response.body)).answer
        #expect(JSONValue(parsing: Array(text.utf8))?.kind == "an object", "\(text)")
    }

    @Test(
        "a keyword that is not supported is named",
        arguments: ["pattern", "minimum", "oneOf", "not", "patternProperties", "uniqueItems", "if"])
    func unsupported(keyword: String) async throws {
        let schema = #"{"type":"object","properties":{"a":{"\#(keyword)":1}}}"#
        let result = try await run(
            "/v1/chat/completions",
            chat(#""response_format":{"type":"json_schema","json_schema":{"name":"p","schema":\#(schema)}}"#))
        #expect(result.outcome.response.statusCode == 400)
        #expect(result.json["error"]?["message"]?.text?.contains("'\(keyword)'") == true)
        #expect(result.json["error"]?["param"]?.text == "response_format")
    }

    private static let tools = #"""
        "tools":[{"type":"function","function":{"name":"weather","description":"The weather.","parameters":
         {"type":"object","properties":{"city":{"type":"string","maxLength":10},"unit":{"enum":["C","F"]}},
          "required":["city","unit"],"additionalProperties":false}}},
         {"type":"function","function":{"name":"stop"}}]
        """#

    @Test(
        "a tool that must be called is called with arguments of its schema",
        arguments: [#""required""#, #"{"type":"function","function":{"name":"weather"}}"#], [false, true])
    func forcedTool(choice: String, streams: Bool) async throws {
        let body = chat(#""max_tokens":80,"tool_choice":\#(choice),\#(Self.tools),"stream":\#(streams)"#)
        let result = try await run("/v1/chat/completions", body)
        let name: String?
        var arguments: String?
        let reason: String?
        if streams {
            let choices = result.events.compactMap { ChatCompletionChunk(data: $0.bytes) }.flatMap(\.choices)
            let calls = choices.compactMap(\.delta.toolCall)
            name = calls.first?.name
            #expect(calls.first?.id?.hasPrefix("call_") == true)
            #expect(calls.dropFirst().allSatisfy { $0.name == nil && $0.id == nil })
            #expect(choices.allSatisfy { ($0.delta.content ?? "").isEmpty })
            arguments = calls.map(\.arguments).joined()
            reason = choices.compactMap(\.finishReason).last
        } else {
            let completion = try #require(ChatCompletion(body: result.outcome.response.body))
            let call = completion.choices[0].message.toolCalls.first
            (name, arguments, reason) = (call?.name, call?.arguments, completion.choices[0].finishReason)
            #expect(result.json["choices"]?.elements?[0]["message"]?["content"] == .null)
        }
        #expect(reason == "tool_calls")
        #expect(["weather", "stop"].contains(name))
        let value = try #require(JSONValue(parsing: Array((arguments ?? "").utf8)), "\(arguments ?? "nothing")")
        if name == "weather" {
            #expect(["C", "F"].contains(value["unit"]?.text))
            #expect(value["city"]?.text != nil)
        } else {
            #expect(value.kind == "an object")
        }
    }

    @Test("tools that may be called leave the model its text")
    func automaticTool() async throws {
        let result = try await run("/v1/chat/completions", chat(#""max_tokens":20,\#(Self.tools)"#))
        let completion = try #require(ChatCompletion(body: result.outcome.response.body))
        let choice = completion.choices[0]
        #expect(choice.message.toolCalls.isEmpty ? !choice.message.content.isEmpty : choice.finishReason != "stop")
        let none = try await run(
            "/v1/chat/completions", chat(#""max_tokens":20,"tool_choice":"none",\#(Self.tools)"#))
        let plain = try await run("/v1/chat/completions", chat(#""max_tokens":20"#))
        #expect(none.outcome.response.body == plain.outcome.response.body)
    }
}
