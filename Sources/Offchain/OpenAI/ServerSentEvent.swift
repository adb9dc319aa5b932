public import Keys
public import Shannon

/// The frame of OpenAI's streams.
public enum ServerSentEvent {
    /// The event after the last one.
    public static let done = data(Array("[DONE]".utf8))
    /// What keeps a connection open while there is nothing to send; clients pass over it.
    public static let ping = Array(": ping\n\n".utf8)

    /// The comment that tells the id of a streamed answer's receipt, before the stream's end.
    public static func receipt(_ id: String) -> Bytes { Array(": x-pokt-receipt \(id)\n\n".utf8) }

    /// How many of the last bytes of a body are the last event, or may become it.
    static func lengthOfEnd(of body: Bytes) -> Int {
        (0...done.count).reversed().first { body.suffix($0).elementsEqual(done.prefix($0)) } ?? 0
    }

    /// An event of one line of data.
    public static func data(_ line: Bytes) -> Bytes { Array("data: ".utf8) + line + [0x0a, 0x0a] }

    /// A named event of one line of data.
    public static func named(_ name: String, _ line: Bytes) -> Bytes { Array("event: \(name)\n".utf8) + data(line) }

    /// The data of all whole events in some bytes, comments left out.
    public static func dataLines(of body: Bytes) -> [Bytes] {
        let prefix = Array("data: ".utf8)
        return body.split(separator: 0x0a).filter { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) }
    }
}

extension HTTPResponse {
    /// A response whose body is a stream of events.
    public static func eventStream(_ body: Bytes) -> HTTPResponse {
        var response = HTTPResponse.json(status: 200, body: body)
        response.headers["Content-Type"] = ["text/event-stream"]
        return response
    }

    /// Whether the body is a stream of events.
    public var isEventStream: Bool {
        headers["Content-Type"]?.first?.lowercased().hasPrefix("text/event-stream") ?? false
    }
}
