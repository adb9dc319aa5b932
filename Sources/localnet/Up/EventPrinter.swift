import Live
import Narration
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
            if isJSON {
                Terminal.say(event.output.jsonLines.map(\.text))
            } else {
                Terminal.say(narrator.lines(for: event.output, world: event.world))
            }
            if let block = event.output.block, let world = event.world {
                await traffic?.ask(after: block, world, network)
            }
        }
    }
}
