import Foundation
import Shannon
public import World

extension SQLiteStore {
    /// Makes a state directory whose network goes on from a state file: its journal begins with the loading of it.
    ///
    /// The directory is made under another name first, so that it is there as a whole or not at all.
    ///
    /// - Returns: The world that the network begins with.
    /// - Throws: `StateFileError` when the file is of no use, `LiveError.stateNotUsable` when the directory is there
    ///   already or cannot be made.
    public static func begin(directory: String, with file: StateFile) async throws -> World {
        let world = try file.open()
        let partial = PartialPath(of: directory)
        func unusable(_ reason: String) -> LiveError { .stateNotUsable(directory: directory, reason: reason) }
        guard !FileManager.default.fileExists(atPath: directory) else { throw unusable("it is there already") }
        defer { partial.discard() }
        let store: SQLiteStore
        do throws(LiveError) { store = try SQLiteStore(directory: partial.path) } catch {
            // Nobody asked for the name that it has meanwhile.
            guard case .stateNotUsable(_, let reason) = error else { throw error }
            throw unusable(reason)
        }
        do {
            try store.create(file.identity)
            let lead = NetworkClock.lead(
                WallPacer(), genesisUnixSeconds: world.spec.genesisUnixSeconds, at: world.now)
            try await store.append(
                [
                    JournalEntry(
                        sequence: 1, instant: world.now, input: .load(world: file.world, lead: lead),
                        journalHash: world.journalHash)
                ], checkpoint: nil)
            await store.close()
            try partial.complete()
            return world
        } catch {
            await store.close()
            throw unusable("\(error)")
        }
    }
}
