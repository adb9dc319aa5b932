import HTTPTypes
import HummingbirdCore
import Keys
import Live
import NIOCore
import Offchain
import Synchronization

/// How many state files may come in and go out at once: each is a whole world in memory.
///
/// None of them is ever written to a disk on the way, so a client that goes away, a stop and a kill leave nothing behind.
final class StateFilePlaces: Sendable {
    private let comingIn = Places(most: 1)
    private let goingOut = Places(most: 2)

    /// How many files are being taken in.
    var uploadCount: Int { comingIn.taken }

    /// Does something with the only place for a file that comes in.
    ///
    /// - Throws: 409 while another one comes in, and what `work` throws.
    func withUpload(_ work: () async throws -> Void) async throws {
        guard comingIn.take() else {
            throw Self.isTaken("Another state file is being loaded. Try again when that is done.")
        }
        defer { comingIn.free() }
        try await work()
    }

    /// A place for a file that goes out, to be given back.
    ///
    /// - Throws: 409 when there is none.
    func takeDownload() throws(OpenAIError) {
        guard goingOut.take() else {
            throw Self.isTaken("\(goingOut.most) state files are being sent already. Try again when one is done.")
        }
    }

    func freeDownload() { goingOut.free() }

    private static func isTaken(_ message: String) -> OpenAIError {
        OpenAIError(
            status: 409, message: message, type: "invalid_request_error", code: ControlError.stateFileUnderWay)
    }

    /// A number of places.
    private final class Places: Sendable {
        let most: Int
        private let count = Mutex(0)

        init(most: Int) { self.most = most }

        var taken: Int { count.withLock { $0 } }

        func take() -> Bool {
            count.withLock { count in
                guard count < most else { return false }
                count += 1
                return true
            }
        }

        func free() { count.withLock { $0 -= 1 } }
    }
}

/// Closes the connection of a client whose body does not go on.
///
/// A long body may take as long as it needs; one that comes byte by byte is given up like one that does not come.
struct BodyProgress {
    /// So many bytes have to come within the client's patience, or the rest of the body.
    static let least = 1 << 16

    private let channel: any Channel
    private let patience: TimeAmount
    private var limit: Scheduled<Void>
    private var count = 0

    init(_ channel: any Channel, patience: TimeAmount) {
        self.channel = channel
        self.patience = patience
        limit = Self.limit(channel, patience)
    }

    mutating func note(_ bytes: Int) {
        count += bytes
        guard count >= Self.least else { return }
        count = 0
        limit.cancel()
        limit = Self.limit(channel, patience)
    }

    func end() { limit.cancel() }

    private static func limit(_ channel: any Channel, _ patience: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }
}

extension Responder {
    /// Goes over to the world of the file in a body.
    func load(_ request: Request, _ channel: any Channel) async throws {
        do {
            try await stateFiles.withUpload { try await network.load(try await stateFile(in: request, channel)) }
        } catch let error as OpenAIError where error.code == ControlError.stateFileUnderWay {
            try await pass(request, channel) { _ in }
            throw error
        }
    }

    /// The file in a body. What is refused is still read to its end, because its sender listens only then.
    private func stateFile(in request: Request, _ channel: any Channel) async throws -> StateFile {
        var reader = StateFileReader()
        var refusal: StateFileError?
        try await pass(request, channel) { bytes in
            guard refusal == nil else { return }
            do throws(StateFileError) { try reader.take(bytes) } catch { refusal = error }
        }
        if let refusal { throw refusal }
        return try reader.finish()
    }

    /// Hands on a body piece by piece.
    private func pass(
        _ request: Request, _ channel: any Channel, _ take: (ArraySlice<UInt8>) -> Void
    ) async throws {
        let tooLarge = BodyReader.TooLarge(limit: StateFile.mostBytes, isUnread: true)
        let announced = request.headers[.contentLength].flatMap(Int.init) ?? 0
        guard announced <= StateFile.mostBytes else { throw tooLarge }
        var progress = BodyProgress(channel, patience: TimeAmount(settings.clientPatience))
        defer { progress.end() }
        var count = 0
        for try await buffer in request.body {
            progress.note(buffer.readableBytes)
            count += buffer.readableBytes
            guard count <= StateFile.mostBytes else { throw tooLarge }
            take(Array(buffer.readableBytesView)[...])
        }
    }
}
