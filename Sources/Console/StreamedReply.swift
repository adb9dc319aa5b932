import HTTPTypes
import HummingbirdCore
import Keys
import Live
import NIOCore
import Offchain
import Shannon
import Synchronization

/// An answer that is written while it grows.
///
/// The status waits for the first part, so that what is refused gets its own status; when the first part takes long,
/// the stream begins without it and comments keep it open. Every part is written as it comes; while the client does not
/// read, the next part waits.
struct StreamedReply: Sendable {
    /// What the client is to see of the gateway's chat completion chunks.
    enum Form: Sendable {
        /// The chunks as they are.
        case plain
        /// Events of the Responses API.
        case response(ResponseStream)
    }

    private enum Signal: Sendable {
        case event(ClientEvent)
        case tick
    }

    private let signals: AsyncStream<Signal>
    private let pump: Task<Void, Never>
    private let ticker: Task<Void, Never>
    private let form: Form
    private let labels: StreamLabels
    private let begun: ContinuousClock.Instant
    private let channel: any Channel
    private let connections: Connections
    private let metrics: Metrics
    /// What came before the head could be written.
    private var first: ClientEvent?

    init(
        events: AsyncStream<ClientEvent>, form: Form, labels: StreamLabels, begun: ContinuousClock.Instant,
        keepAlive: Duration, channel: any Channel, connections: Connections, metrics: Metrics
    ) {
        let (signals, continuation) = AsyncStream.makeStream(of: Signal.self)
        self.signals = signals
        // Ending this task ends the gateway's sequence, which gives up the request.
        pump = Task {
            for await event in events { continuation.yield(.event(event)) }
            continuation.finish()
        }
        ticker = Task {
            while (try? await Task.sleep(for: keepAlive)) != nil { continuation.yield(.tick) }
        }
        self.form = form
        self.labels = labels
        self.begun = begun
        self.channel = channel
        self.connections = connections
        self.metrics = metrics
        metrics.add(.streams, 1)
        connections.watch(channel) { [pump] in
            metrics.add(.clientsGone)
            pump.cancel()
        }
    }

    private func close() {
        connections.unwatch(channel)
        ticker.cancel()
        pump.cancel()
        metrics.add(.streams, -1)
    }

    /// Waits for what decides the status.
    func begin() async throws -> Responder.Answer {
        var stream = self
        for await signal in signals {
            switch signal {
            case .event(.response(let response)) where !response.isEventStream:
                close()
                return .reply(reply(Reply(response)))
            case .event(let event):
                stream.first = event
                return .stream(reply(Reply(stream: event.head)), stream)
            case .tick:
                return .stream(reply(Reply(stream: nil)), stream)
            }
        }
        close()
        throw CancellationError()
    }

    private func reply(_ reply: Reply) -> Reply {
        var reply = reply
        reply.service = labels.service
        return reply
    }

    /// Writes the head and then all parts.
    ///
    /// - Parameter ended: Called once, before the last byte or when there will be none.
    func write(
        head: HTTPTypes.HTTPResponse, to writer: consuming ResponseWriter, ended: () -> Void
    ) async throws {
        defer { close() }
        var writing = Writing(form: form, labels: labels, begun: begun, metrics: metrics)
        defer { if !writing.isOver { ended() } }
        var body = try await writer.writeHead(head)
        var next = first.map { writing.bytes(for: $0) } ?? ServerSentEvent.ping
        var signals = signals.makeAsyncIterator()
        while true {
            if let bytes = next {
                metrics.add(.bytesSent, Double(bytes.count), ["rpc_type": "rest", "service_id": labels.service])
                if writing.isOver { ended() }
                try await body.write(ByteBuffer(bytes: bytes))
            }
            if writing.isOver { break }
            switch await signals.next() {
            case .tick: next = ServerSentEvent.ping
            case .event(let event): next = writing.bytes(for: event)
            // The request was given up: the connection is gone, or about to go.
            case nil: throw CancellationError()
            }
        }
        try await body.finish(nil)
    }

    /// Turns the gateway's events into bytes.
    private struct Writing {
        var form: Form
        let labels: StreamLabels
        let begun: ContinuousClock.Instant
        let metrics: Metrics
        /// How much of the whole answer has been written.
        var length = 0
        var isOver = false
        var firstAt: ContinuousClock.Instant?
        var chunkCount = 0

        mutating func bytes(for event: ClientEvent) -> Bytes? {
            switch event {
            case .chunk(let chunk):
                length += chunk.body.count
                measure(chunk.body)
                return translated(chunk.body)
            case .response(let response):
                isOver = true
                guard response.isEventStream, response.statusCode < 400 else { return failure(response) }
                // The whole stream again: what is left of it.
                let rest = Bytes(response.body.dropFirst(length))
                measure(rest)
                reportPace()
                return translated(rest) + ending(receipt: response.headers["X-Pokt-Receipt"]?.first)
            }
        }

        private mutating func translated(_ bytes: Bytes) -> Bytes {
            guard case .response(var stream) = form else { return bytes }
            defer { form = .response(stream) }
            return ServerSentEvent.dataLines(of: bytes).compactMap(ChatCompletionChunk.init(data:))
                .flatMap { stream.events(for: $0) }
        }

        private mutating func ending(receipt: String?) -> Bytes {
            guard case .response(var stream) = form else { return [] }
            defer { form = .response(stream) }
            return (receipt.map(ServerSentEvent.receipt) ?? []) + stream.finish()
        }

        /// Nobody could finish the answer: the error is the last event.
        private mutating func failure(_ response: Shannon.HTTPResponse) -> Bytes {
            guard case .response(var stream) = form else { return ServerSentEvent.data(response.body) }
            defer { form = .response(stream) }
            let message = JSONValue(parsing: response.body)?["error"]?["message"]?.text
            return stream.fail(.unavailable(message ?? "The answer could not be finished."))
        }

        private mutating func measure(_ body: Bytes) {
            guard !body.isEmpty else { return }
            chunkCount += ServerSentEvent.dataLines(of: body).count
            guard firstAt == nil else { return }
            firstAt = .now
            metrics.observe(.timeToFirstToken, begun.secondsUntilNow, labels.text)
        }

        /// Role, end, token counts and `[DONE]` are no tokens; a chunk is about one.
        private func reportPace() {
            guard let firstAt, chunkCount > 5 else { return }
            metrics.observe(
                .timePerOutputToken, firstAt.secondsUntilNow / Double(chunkCount - 4), labels.text)
        }
    }
}

/// What a stream is counted under: only what the network has, so that clients cannot add to the list.
struct StreamLabels {
    /// The id of the service, as PATH counts; empty where there is none.
    let service: String
    /// The id of the model, empty for one that is not served here.
    let model: String
    /// What was asked for, in the words of OpenTelemetry's conventions for generative AI.
    let operation: String

    var text: KeyValuePairs<String, String> {
        [
            "rpc_type": "rest", "service_id": service, "gen_ai_request_model": model,
            "gen_ai_operation_name": operation,
        ]
    }
}

extension ClientEvent {
    /// Status and headers, where the event has them.
    var head: Shannon.HTTPResponse? {
        switch self {
        case .chunk(let chunk): chunk.head
        case .response(let response): response
        }
    }
}
