import Foundation
import Onchain
import Shannon
import Testing
import World

@testable import Fuzz

@Suite("A state, an input or a network with absurd fields")
struct HostileTests {
    @Test("is taken apart into exactly its bytes")
    func bytes() throws {
        let world = try FuzzPlan(seed: 0).world(stoppedAt: 9)
        #expect(try ValueTree(of: world).bytes == world.encoded())
    }

    @Test("is refused with the field, what was expected and what was found, and by nothing else")
    func refused() throws {
        let world = try FuzzPlan(seed: 0).world(stoppedAt: 9)
        #expect(world.violations().isEmpty)
        let (tree, ways) = try (ValueTree(of: world), ValueTree(of: world).ways(atMost: 1))
        let changes: [(kind: String, content: ValueTree.Content, problem: String)] = [
            ("nextSequence", .unsigned(.max), "next_sequence: expected 0 to 1152921504606846976, found 18446744"),
            ("nextSequence", .unsigned(1), "queue: expected sequences below 1, found"),
            (
                "now.nanoseconds", .signed(.min),
                "now: expected a moment after the last block, found -9223372036854775808"
            ),
            ("now.nanoseconds", .signed(1 << 62), "queue: expected nothing before 4611686018427387904 ns, found"),
            ("journal.count", .unsigned(.max), "journal: expected 0 to"),
            ("chain.height", .signed(-1), "chain.height: expected 0 to 1152921504606846976, found -1"),
            ("timers.timers.values[].id", .unsigned(5), "timers: expected each once by time and once by its party"),
            (
                "chain.params.tokenomics.mintAllocationPercentages.supplier", .double(-1e308),
                "chain.params.tokenomics: expected parameters that could be set, found mint_allocation_percentages"
            ),
            ("gateways.values[].hedgeAllowance", .signed(.max), "gateway1.hedge_allowance: expected 0 to 1000"),
            ("gateways.values[].recent.next", .signed(64), "gateway1.recent.next: expected 0 to"),
            (
                "gateways.values[].keys.entries.values[].reserved.tokens", .signed(-1),
                "gateway1.keys.tester.reserved.tokens: expected 0 to 1152921504606846976, found -1"
            ),
            ("suppliers.values[].servedCount", .unsigned(1 << 63), "supplier1.served: expected 0 to"),
        ]
        for (kind, content, problem) in changes {
            var tree = tree
            tree.change(try #require(ways[kind]?.first, "\(kind)")[...]) { $0.content = content }
            let violations = try World(encoded: tree.bytes).violations()
            #expect(Set(violations.map(\.id)) == ["W4"], "\(kind)")
            #expect(violations.contains { $0.message.contains(problem) }, "\(kind): \(violations.first?.message ?? "")")
        }
    }

    /// In a process of its own, because what this is about would end it; `scripts/fuzz-state.sh` names the last seed then.
    @Test("is refused, or the network goes on with it; nothing traps and nothing hangs", .disabled(if: isLong))
    func hostile() async {
        await #expect(processExitsWith: .success) { try HostileRun.runAll(0..<40) }
    }

    @Test("as above, for as many seeds as the environment says", .enabled(if: isLong))
    func long() throws {
        let words = ProcessInfo.processInfo.environment[seedsVariable]?.split(separator: ",").compactMap { UInt64($0) }
        let (first, end) = (try #require(words?.first), try #require(words?.last))
        try HostileRun.runAll(first..<max(first, end))
    }
}

private let seedsVariable = "LOCALNET_HOSTILE_SEEDS"
private var isLong: Bool { ProcessInfo.processInfo.environment[seedsVariable] != nil }

extension HostileRun {
    /// Tells every seed before it runs, so that the one that ends the process is known.
    static func runAll(_ seeds: Range<UInt64>) throws {
        func tell(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
        let run = try HostileRun()
        var outcomes = SortedMap<String, Int>()
        for seed in seeds {
            // A network that hangs is ended.
            alarm(15)
            let outcome = try run.run(seed: seed) { tell("seed \(seed) \($0)") }
            outcomes[outcome.rawValue, default: 0] += 1
        }
        tell("\(seeds): " + outcomes.map { "\($0.1) \($0.0)" }.joined(separator: ", "))
    }
}
