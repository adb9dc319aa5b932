import Live
import Narration
import Onchain
import Shannon
import World

/// Prints the events of a running network, and passes its blocks on to the traffic.
actor EventPrinter {
    private let network: Localnet
    private let isJSON: Bool
    private let traffic: Traffic?
    private var narrator: Narrator
    private(set) var violationCount = 0

    init(network: Localnet, world: World, isJSON: Bool, traffic: Traffic?) {
        self.network = network
        self.isJSON = isJSON
        self.traffic = traffic
        narrator = Narrator(world, style: Terminal.style)
    }

    /// Prints until the network has ended.
    func print(_ events: AsyncStream<NetworkEvent>) async {
        for await event in events {
            violationCount += event.output.violations.count
            if let travel = event.travel {
                tell(travel, event.world)
            } else if isJSON {
                Terminal.say(event.output.jsonLines.map(\.text))
            } else {
                Terminal.say(narrator.lines(for: event.output, world: event.world))
            }
            if let block = event.output.block, let world = event.world {
                await traffic?.ask(after: block, world, network)
            }
        }
    }

    /// Tells of a travel; what was gathered for the next block's line belongs to the world that was left.
    private func tell(_ travel: Travel, _ world: World?) {
        let height = world?.chain.height ?? 0
        let (kind, name): (String, String?) =
            switch travel {
            case .saved(let name): ("saved", name)
            case .removed(let name): ("removed", name)
            case .reverted(let name): ("reverted", name)
            case .loaded: ("loaded", nil)
            }
        if let world, kind == "reverted" || kind == "loaded" { narrator = Narrator(world, style: Terminal.style) }
        guard !isJSON else {
            var line = JSONLine(type: "travel", ["kind": .text(kind), "height": .integer(height)])
            if let name { line.append("snapshot", .text(name)) }
            return Terminal.say(line.text)
        }
        let text =
            switch travel {
            case .saved(let name): "snapshot '\(name)' saved"
            case .removed(let name): "snapshot '\(name)' removed"
            case .reverted(let name): "back at snapshot '\(name)', after block \(height)"
            case .loaded: "another state was loaded, after block \(height)"
            }
        Terminal.say(Terminal.style.bold(text))
    }
}
