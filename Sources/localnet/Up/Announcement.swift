import Foundation
import Keys
import Narration
import Onchain
import Shannon
import World

/// The first object of `up --json`.
struct Announcement {
    private let world: World
    private let url: String
    private let backend: String

    init(_ world: World, url: String, backend: String) {
        self.world = world
        self.url = url
        self.backend = backend
    }

    var line: JSONLine {
        let accounts = world.accounts().map { account in
            JSONLine.Value.object(
                JSONLine([
                    "name": .text(account.name), "role": .text(account.role),
                    "address": .text(account.address.rawValue),
                ]))
        }
        return JSONLine(
            type: "ready",
            [
                "url": .text(url), "pid": .integer(Int64(ProcessInfo.processInfo.processIdentifier)),
                "height": .integer(world.chain.height), "chain_id": .text(world.spec.chainID),
                "seed": .unsigned(world.spec.seed), "backend": .text(backend), "accounts": .list(accounts),
            ])
    }
}
