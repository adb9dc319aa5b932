import Offchain
import Onchain
import Shannon
public import World

/// Tells what happens as it happens: a line for each answer, and one for each block with only what changed.
public struct Narrator: Sendable {
    private let directory: Directory
    private let style: Style
    /// Whether answers to the network's own applications get lines.
    private let showsAnswers: Bool
    private var served = SortedMap<String, Int>()
    private var claims = SortedMap<String, Int>()
    private var proofs: [String] = []
    private var troubles: [String] = []

    public init(_ world: World, style: Style, showsAnswers: Bool = true) {
        directory = Directory(world)
        self.style = style
        self.showsAnswers = showsAnswers
    }

    /// The lines of a step; the world after it is needed when the step made a block.
    public mutating func lines(for output: StepOutput, world: World?) -> [String] {
        var lines: [String] = []
        for fact in output.facts {
            if case .answered(let answer) = fact {
                if showsAnswers { lines.append(line(of: answer)) }
            } else {
                note(fact)
            }
        }
        if let block = output.block { lines.append(line(of: block, shared: world?.chain.params.shared)) }
        lines += output.violations.map { style.bad("  broken invariant \($0)") }
        return lines
    }

    private func line(of answer: Answer) -> String {
        let from = answer.supplier.map { directory.name($0) } ?? "nobody"
        let text = answer.status == 200 ? Wording.quoted(answer.text) : style.bad("\(answer.status) \(answer.text)")
        let names = Wording.padded("\(answer.application) ← \(from)", to: 18)
        return "  \(style.accent(names)) \(style.dim(Wording.quoted(answer.prompt, limit: 40))) \(text)"
    }

    /// Keeps what the next block's line will say.
    private mutating func note(_ fact: Fact) {
        switch fact {
        case .relayServed(let relay): served[relay.supplier, default: 0] += 1
        case .claimSent(let supplier, _, _): claims[supplier, default: 0] += 1
        case .proofSent(let supplier, let header, let requirement):
            proofs.append("\(supplier) proves for \(directory.name(header.applicationAddress)) (\(requirement.name))")
        case .proofWithheld(let supplier, let header, let requirement):
            proofs.append(
                style.bad(
                    "\(supplier) withholds the proof for \(directory.name(header.applicationAddress)) "
                        + "(\(requirement.name))"))
        case .relayRefused(let supplier, _, let error): troubles.append("\(supplier) refuses: \(error.message)")
        case .relayEnded(_, let supplier, .timeout): troubles.append("\(supplier) does not answer")
        case .relayEnded(_, let supplier, .error(let reason)): troubles.append("\(supplier) fails: \(reason)")
        case .treeDropped(let supplier, _, let reason): troubles.append("\(supplier) drops a session: \(reason)")
        default: break
        }
    }

    private mutating func line(of block: Block, shared: SharedParams?) -> String {
        var parts: [String] = []
        if let shared, shared.isSessionStart(block.height) {
            parts.append(style.bold("session \(shared.sessionNumber(at: block.height))"))
        }
        if !served.isEmpty {
            parts.append("served \(total(served)) (\(counts(served)))")
        }
        if !claims.isEmpty { parts.append("claims sent \(total(claims)) (\(counts(claims)))") }
        parts += proofs
        parts += BlockEvents(block, directory: directory).parts(style)
        parts += troubles.map(style.bad)
        (served, claims, proofs, troubles) = (SortedMap(), SortedMap(), [], [])
        let number = "block \(Wording.padded(String(block.height), to: 4))"
        return parts.isEmpty ? style.dim(number.trimmed) : "\(style.dim(number)) \(parts.joined(separator: " · "))"
    }

    private func total(_ counts: SortedMap<String, Int>) -> Int { counts.values.reduce(0, +) }

    private func counts(_ counts: SortedMap<String, Int>) -> String {
        counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}

extension Wording {
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
