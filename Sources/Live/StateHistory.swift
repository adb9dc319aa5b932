import Foundation
import GRDB
import Keys
import Onchain
import Shannon
public import World

/// The journal of a state directory, to be run again from its beginning; the directory stays as it is.
///
/// A network may run on the directory meanwhile: what is replayed is the journal at the moment of asking.
public struct StateHistory: Sendable {
    /// One input of the journal, after it was taken again.
    public struct Entry: Sendable {
        /// Its place among all inputs, from 1.
        public let sequence: UInt64
        public let input: TimelineInput
        public let outputs: [StepOutput]
        /// The world after it.
        public let world: World
    }

    public let directory: String
    /// The world that the journal begins with.
    public let genesis: World
    private let database: DatabaseQueue

    /// Whether a directory holds a state.
    public static func exists(in directory: String) -> Bool {
        FileManager.default.fileExists(atPath: directory + "/" + SQLiteStore.fileName)
    }

    /// Opens the journal of a state directory.
    ///
    /// - Throws: `LiveError.unreadable` when there is none, `.otherVersion` when another version of localnet made it.
    public init(directory: String) throws(LiveError) {
        self.directory = directory
        let identity: StateIdentity?
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "history"
            database = try DatabaseQueue(path: directory + "/" + SQLiteStore.fileName, configuration: configuration)
            identity = try database.read { try Schema.identity(in: $0) }
        } catch {
            throw .unreadable(directory: directory, reason: "\(error)")
        }
        guard let identity else { throw .unreadable(directory: directory, reason: "it has no identity") }
        do throws(StateIdentity.OtherVersion) { genesis = try identity.genesis() } catch {
            throw .otherVersion(directory: directory, found: error.found, expected: error.expected)
        }
    }

    /// Takes every input again, in order, and compares the journal's hash after each with the one that was written down.
    ///
    /// - Parameter visit: Called after every input; false ends the replay.
    /// - Returns: The timeline at the end.
    /// - Throws: `LiveError.historyDiffers` at the first input that gives another history, `.unreadable` when the
    ///   journal cannot be read, and what `visit` throws.
    public func replay(_ visit: (Entry) throws -> Bool) throws -> Timeline {
        var timeline = Timeline(world: genesis)
        var sequence: UInt64 = 0
        struct Enough: Error {}
        do {
            try database.read { database in
                try Schema.visitEntries(after: 0, in: database) { entry in
                    let outputs = try timeline.take(entry, after: &sequence, place: directory)
                    let replayed = Entry(
                        sequence: sequence, input: entry.input, outputs: outputs, world: timeline.world)
                    guard try visit(replayed) else { throw Enough() }
                }
            }
        } catch is Enough {
            return timeline
        } catch let error as DatabaseError {
            throw LiveError.unreadable(directory: directory, reason: "\(error)")
        } catch let error as Schema.Damage {
            throw LiveError.unreadable(directory: directory, reason: "\(error)")
        }
        return timeline
    }
}
