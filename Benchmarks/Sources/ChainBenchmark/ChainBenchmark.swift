import Keys
import Onchain
import Shannon

/// Times what a block costs on chains of 100 and 1,000 suppliers: session queries, empty blocks, blocks of claims, the
/// block in which they settle, and every invariant after each; then whole worlds of as many suppliers.
///
/// With numbers as arguments, only the worlds are run: suppliers, then blocks, such as `1000 1000`.
@main
struct ChainBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        if let suppliers = arguments.first {
            let world = LargeWorld(suppliers: suppliers, applications: 100, services: 20)
            return try world.run(blocks: Height(arguments.dropFirst().first ?? 1_000))
        }
        for suppliers in [100, 1_000] { try run(suppliers: suppliers, applications: 100, services: 20) }
        for suppliers in [100, 1_000] {
            try LargeWorld(suppliers: suppliers, applications: 100, services: 20).run(blocks: 1_000)
        }
    }

    private static func run(suppliers: Int, applications: Int, services: Int) throws {
        let network = try LargeChain(suppliers: suppliers, applications: applications, services: services)
        var chain = network.chain
        print("\(suppliers) suppliers, \(applications) applications, \(services) services")
        var empty: [Double] = []
        var checks: [Double] = []
        func makeBlock(_ transactions: [Transaction] = []) -> (making: Double, checking: Double, block: Block) {
            let before = chain
            let clock = ContinuousClock()
            var block: Block?
            let making = clock.measure {
                block = chain.makeBlock(time: chain.time.advanced(by: .seconds(2)), transactions: transactions)
            }
            guard let block else { return (0, 0, before.emptyBlock) }
            var violations: [InvariantViolation] = []
            let checking = clock.measure { violations = chain.violations(after: block, before: before) }
            for violation in violations { print("  BROKEN \(violation)") }
            return (making.milliseconds, checking.milliseconds, block)
        }
        while chain.height < 12 {
            let made = makeBlock()
            empty.append(made.making)
            checks.append(made.checking)
        }
        print("  empty block: \(empty.median) ms, invariants \(checks.median) ms")
        let queries = try network.timeQueries(of: chain)
        print("  session query: first \(queries.first) µs, again \(queries.again) µs")
        let claims = try network.claims(on: chain)
        let claimed = makeBlock(claims)
        let accepted = claimed.block.transactions.flatMap(\.events).count { $0.name == "ClaimCreated" }
        let senders = claimed.block.transactions.count
        print(
            "  block of \(accepted) claims of \(senders) suppliers: \(claimed.making) ms, invariants \(claimed.checking) ms"
        )
        while chain.height < 19 { _ = makeBlock() }
        let settled = makeBlock()
        let count = settled.block.events.count { $0.name == "ClaimSettled" }
        print("  settlement of \(count) claims: \(settled.making) ms, invariants \(settled.checking) ms")
    }
}

extension Chain {
    fileprivate var emptyBlock: Block {
        Block(height: height, time: time, hash: lastBlockHash, transactions: [], events: [])
    }
}

extension Duration {
    /// In milliseconds, to three places.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return (Double(seconds) * 1e6 + Double(attoseconds) * 1e-12).rounded() / 1e3
    }
}

extension [Double] {
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
