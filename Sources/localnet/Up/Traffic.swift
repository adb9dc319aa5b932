import Live
import Offchain
import Onchain
import Shannon
import World

/// Lets the sample applications ask at the start of every session.
struct Traffic: Sendable {
    private let workloads: [(application: String, workload: Workload)]

    init(_ spec: NetworkSpec) {
        workloads = spec.applications.compactMap { application in application.workload.map { (application.name, $0) } }
    }

    /// Asks, when the block begins a session.
    func ask(after block: Block, _ world: World, _ network: Localnet) async {
        let shared = world.chain.params.shared
        guard shared.isSessionStart(block.height) else { return }
        for (application, workload) in workloads where !workload.prompts.isEmpty {
            var turn = workload
            // Other prompts in every session.
            let asked = Int(clamping: shared.sessionNumber(at: block.height) - 1)
            let start = asked % workload.prompts.count * workload.requestsPerSession % workload.prompts.count
            turn.prompts = Array(workload.prompts[start...] + workload.prompts[..<start])
            // A network that is stopping asks no more.
            try? await network.ask(application: application, turn)
        }
    }
}
