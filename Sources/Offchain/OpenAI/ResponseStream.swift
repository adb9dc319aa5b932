public import Keys

/// Turns the chunks of a chat completion into the events of a streamed response.
public struct ResponseStream: Sendable {
    private let request: ResponseRequest
    private var response: ModelResponse?
    private var sequence: Int64 = 0

    public init(_ request: ResponseRequest) { self.request = request }

    /// The events that one chunk brings about.
    public mutating func events(for chunk: ChatCompletionChunk) -> Bytes {
        var bytes = begin(chunk)
        for choice in chunk.choices where choice.index == 0 {
            if let text = choice.delta.content, !text.isEmpty { bytes += add(text) }
            if let call = choice.delta.toolCall { bytes += add(call) }
            if let reason = choice.finishReason { response?.finishReason = reason }
        }
        if let usage = chunk.usage { response?.usage = usage }
        return bytes
    }

    /// The events at the end of the chunks.
    public mutating func finish() -> Bytes {
        guard var response else { return fail(.unexpected("The answer ended before it began.")) }
        var bytes = Bytes()
        if response.items.isEmpty {
            // An empty answer is a message too.
            bytes += open(.message(""))
            response.items = [.message("")]
        }
        response.finishReason = response.finishReason ?? "stop"
        self.response = response
        for (place, item) in response.items.enumerated() { bytes += close(item, at: place) }
        let name = response.finishReason == "length" ? "response.incomplete" : "response.completed"
        return bytes + event(name, ["response": response.json])
    }

    /// The event of an error after which nothing comes.
    public mutating func fail(_ error: OpenAIError) -> Bytes {
        guard var failed = response else {
            return event(
                "error",
                [
                    "code": .optional(error.code), "message": .string(error.message), "param": .optional(error.param),
                ])
        }
        failed.error = error
        response = failed
        return event("response.failed", ["response": failed.json])
    }

    private mutating func begin(_ chunk: ChatCompletionChunk) -> Bytes {
        guard response == nil else { return [] }
        let new = ModelResponse(request: request, id: chunk.id, created: chunk.created, model: chunk.model)
        response = new
        return event("response.created", ["response": new.json]) + event("response.in_progress", ["response": new.json])
    }

    private mutating func add(_ text: String) -> Bytes {
        var bytes = Bytes()
        if response?.items.isEmpty ?? false {
            response?.items = [.message("")]
            bytes += open(.message(""))
        }
        guard let response, case .message(let before)? = response.items.first else { return bytes }
        self.response?.items[0] = .message(before + text)
        return bytes
            + event(
                "response.output_text.delta",
                [
                    "item_id": .string(response.itemID(response.items[0], at: 0)),
                    "output_index": .integer(0 as Int64), "content_index": .integer(0 as Int64),
                    "delta": .string(text), "logprobs": .array([]),
                ])
    }

    private mutating func add(_ delta: ChatCompletionChunk.ToolCallDelta) -> Bytes {
        var bytes = Bytes()
        if let id = delta.id, let name = delta.name {
            let item = ModelResponse.Item.call(ToolCall(id: id, name: name, arguments: ""))
            response?.items.append(item)
            bytes += open(item)
        }
        guard !delta.arguments.isEmpty, let response, case .call(var call)? = response.items.last else { return bytes }
        call.arguments += delta.arguments
        let place = response.items.count - 1
        self.response?.items[place] = .call(call)
        return bytes
            + event(
                "response.function_call_arguments.delta",
                [
                    "item_id": .string(response.itemID(.call(call), at: place)), "output_index": .integer(place),
                    "delta": .string(delta.arguments),
                ])
    }

    private mutating func open(_ item: ModelResponse.Item) -> Bytes {
        guard let response else { return [] }
        let place = max(0, response.items.count - 1)
        let bytes = event(
            "response.output_item.added",
            ["output_index": .integer(place), "item": response.json(of: item, at: place, isDone: false)])
        guard case .message = item else { return bytes }
        return bytes
            + event(
                "response.content_part.added",
                [
                    "item_id": .string(response.itemID(item, at: place)), "output_index": .integer(place),
                    "content_index": .integer(0 as Int64), "part": ModelResponse.part(""),
                ])
    }

    private mutating func close(_ item: ModelResponse.Item, at place: Int) -> Bytes {
        guard let response else { return [] }
        let names: JSONObject = [
            "item_id": .string(response.itemID(item, at: place)), "output_index": .integer(place),
        ]
        var bytes = Bytes()
        switch item {
        case .message(let text):
            var done = names
            done["content_index"] = .integer(0 as Int64)
            done["text"] = .string(text)
            done["logprobs"] = .array([])
            bytes += event("response.output_text.done", done)
            var part = names
            part["content_index"] = .integer(0 as Int64)
            part["part"] = ModelResponse.part(text)
            bytes += event("response.content_part.done", part)
        case .call(let call):
            var done = names
            done["name"] = .string(call.name)
            done["arguments"] = .string(call.arguments)
            bytes += event("response.function_call_arguments.done", done)
        }
        return bytes
            + event(
                "response.output_item.done",
                ["output_index": .integer(place), "item": response.json(of: item, at: place)])
    }

    private mutating func event(_ type: String, _ fields: JSONObject) -> Bytes {
        var object: JSONObject = ["type": .string(type), "sequence_number": .integer(sequence)]
        for (name, value) in fields.members { object[name] = value }
        sequence += 1
        return ServerSentEvent.named(type, JSONValue.object(object).bytes)
    }
}
