import Foundation
import HTTPTypes
import HummingbirdCore
import Keys
import Live
import NIOCore
import Offchain
import Shannon
import World

extension Responder {
    /// Does what a control route asks for; nil for every other route.
    func control(_ route: Route, _ request: Request, _ channel: any NIOCore.Channel) async throws -> Answer? {
        do {
            switch (route, request.method) {
            case (.advance, _):
                try await advance(to: try Self.moment(in: try await body(of: request, channel)), channel)
            case (.snapshots, _): return .reply(Reply(json: await snapshotList()))
            case (.snapshot(let name), .put): try await network.saveSnapshot(name)
            case (.snapshot(let name), _): try await network.removeSnapshot(name)
            case (.revert(let name), _): try await network.revert(to: name)
            case (.faults, _): return .reply(try await faults(request, channel))
            case (.state, .put): try await load(request, channel)
            case (.state, _): return try await dump()
            default: return nil
            }
        } catch {
            throw Self.refusal(error) ?? error
        }
        return .reply(Reply(json: try await status()))
    }

    /// The network's status as JSON: what every operation answers with.
    func status() async throws -> Bytes {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Bytes(try encoder.encode(await network.status()))
    }

    private static func moment(in body: Bytes) throws -> Moment {
        guard let text = JSONValue(parsing: body)?["to"]?.text else {
            throw OpenAIError.invalid("Expected {\"to\": MOMENT}; MOMENT is \(Moment.grammar).", param: "to")
        }
        do throws(MomentError) { return try Moment(parsing: text) } catch {
            throw OpenAIError.invalid("\(error).", param: "to", code: ControlError.momentUnreadable)
        }
    }

    /// Whoever asked for the blocks and goes away wants no more of them.
    private func advance(to moment: Moment, _ channel: any NIOCore.Channel) async throws {
        let work = Task { [network] in try await network.advance(to: moment) }
        connections.watch(channel) { work.cancel() }
        defer { connections.unwatch(channel) }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }

    private func snapshotList() async -> Bytes {
        let entries = await network.snapshots.map { entry in
            JSONValue.object([
                "name": .string(entry.name), "height": .integer(entry.height),
                "time": .integer(entry.time.nanoseconds), "journal_hash": .string(entry.journalHash.hex),
            ])
        }
        return JSONValue.object(["snapshots": .array(entries)]).bytes
    }

    // MARK: State files

    private func dump() async throws -> Answer {
        try stateFiles.takeDownload()
        let file: StateFile
        do { file = try await network.dump() } catch {
            stateFiles.freeDownload()
            throw error
        }
        var reply = Reply(status: 200)
        reply.headers[.contentType] = "application/octet-stream"
        reply.headers[.contentLength] = String(file.count)
        return .file(reply, file)
    }

    /// Writes a file piece by piece, as fast as its reader takes it.
    func write(
        _ file: StateFile, head: HTTPTypes.HTTPResponse, isWanted: Bool, to writer: consuming ResponseWriter
    ) async throws {
        guard isWanted else { return try await writer.write(response: head, body: ResponseBody()) }
        var body = try await writer.writeHead(head)
        for piece in file.pieces() { try await body.write(ByteBuffer(bytes: piece)) }
        try await body.finish(nil)
    }

    // MARK: Errors

    /// What a client is told when the network does not do what it should; nil when that says nothing of the request.
    private static func refusal(_ error: any Error) -> OpenAIError? {
        func refusal(_ status: UInt32, _ code: String) -> OpenAIError {
            OpenAIError(status: status, message: "\(error).", type: "invalid_request_error", code: code)
        }
        switch error {
        case is MomentError, TravelError.tooFar, TravelError.wentElsewhere:
            return refusal(409, ControlError.momentNotReached)
        case TravelError.broken, StateFileError.broken: return refusal(409, ControlError.invariantBroken)
        case is TravelError: return refusal(400, ControlError.snapshotRefused)
        case is SnapshotError: return refusal(404, ControlError.snapshotNotFound)
        case is StateFileError: return refusal(400, ControlError.stateFileRefused)
        case let error as LiveError: return .unavailable(error.description)
        default: return nil
        }
    }
}
