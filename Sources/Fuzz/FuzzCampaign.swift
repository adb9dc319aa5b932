public import Shannon

/// A run over many seeds: what failed, and how often each mark was hit.
public struct FuzzCampaign: Sendable {
    public private(set) var seeds = 0
    /// Sessions that went from relays over claims and proofs to settlement.
    public private(set) var loops = 0
    public private(set) var relays = 0
    public private(set) var blocks: Int64 = 0
    public private(set) var steps: UInt64 = 0
    public private(set) var failures: [FuzzResult] = []
    public private(set) var marks = SortedMap<Mark, Int>()

    /// From how many seeds on a mark that was never hit makes a run too tame.
    public static let enoughSeeds = 300

    public init() {}

    /// Adds a seed's result.
    public mutating func add(_ result: FuzzResult) {
        seeds += 1
        loops += result.loops
        relays += result.relays
        blocks += result.height
        steps += result.steps
        if !result.problems.isEmpty { failures.append(result) }
        for (mark, count) in result.marks { marks[mark, default: 0] += count }
    }

    /// Marks that no seed hit.
    public var missing: [Mark] { Mark.allCases.filter { marks[$0] == nil } }

    /// Whether enough seeds were run to say that a mark ought to have been hit, and one was not.
    public var isTooTame: Bool { seeds >= Self.enoughSeeds && !missing.isEmpty }

    /// Whether nothing failed and everything happened that should happen sometimes.
    public var isClean: Bool { failures.isEmpty && !isTooTame }

    /// A summary in lines.
    public var summary: [String] {
        var lines = ["\(seeds) seeds, \(loops) full loops, \(blocks) blocks, \(relays) relays, \(steps) steps"]
        let width = Mark.allCases.map(\.rawValue.count).max() ?? 0
        lines += Mark.allCases.map { mark in
            let padding = String(repeating: " ", count: width - mark.rawValue.count)
            return "  \(mark.rawValue)\(padding)  \(marks[mark].map(String.init) ?? "never")"
        }
        if isTooTame { lines.append("too tame: never saw \(missing.map(\.rawValue).joined(separator: ", "))") }
        lines.append(failures.isEmpty ? "no seed failed" : "\(failures.count) seeds failed")
        return lines
    }
}
