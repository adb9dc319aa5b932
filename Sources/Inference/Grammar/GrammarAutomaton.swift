/// A grammar as an automaton over bytes that is built as far as answers go.
///
/// A state is the set of all stacks of unfinished rules that fit the bytes so far; equal sets are one state, so that
/// a byte is one look into a table wherever it was seen before. One thread at a time.
final class GrammarAutomaton {
    /// Where nothing can follow, because the bytes do not match.
    static let dead: Int32 = 0

    /// A step of a compiled sequence.
    private enum Step {
        case byte(ByteSet)
        case call(Int)
        case end
    }

    private struct StackCell: Hashable {
        let place: Int32
        let below: Int32
    }

    private var steps: [Step] = []
    /// The first step of each alternative of each rule.
    private var starts: [[Int32]] = []
    /// How many bytes it takes at least from a step to the end of its sequence.
    private var shortest: [Int] = []

    // Stacks as linked cells, equal ones once; 0 is the empty stack.
    private var cells = [StackCell(place: -1, below: -1)]
    private var cellNumbers: [StackCell: Int32] = [:]
    /// How many bytes a stack needs at least.
    private var cellCosts = [0]

    private var states: [[Int32]] = [[]]
    private var stateNumbers: [[Int32]: Int32] = [[]: 0]
    private var table = [Int32](repeating: 0, count: 256)
    /// The fewest bytes from each state to a complete answer.
    private(set) var costs = [GrammarAutomaton.unreachable]
    /// The state before the first byte; dead when the grammar matches nothing.
    private(set) var start = dead

    static let unreachable = Int.max / 4
    private static let unknown: Int32 = -1
    /// A rule that can begin with itself would never end.
    private static let mostCalls = 512

    init(_ grammar: Grammar) {
        compile(grammar)
        var tops: Set<Int32> = []
        expandRule(grammar.root, below: 0, into: &tops, depth: 0)
        start = number(of: tops)
    }

    /// The state after one more byte; `dead` when it does not fit.
    func next(_ state: Int32, _ byte: UInt8) -> Int32 {
        let place = Int(state) << 8 | Int(byte)
        let known = table[place]
        guard known == Self.unknown else { return known }
        var tops: Set<Int32> = []
        for cell in states[Int(state)] where cell != 0 {
            guard case .byte(let set) = steps[Int(cells[Int(cell)].place)], set.contains(byte) else { continue }
            expand(cells[Int(cell)].place + 1, below: cells[Int(cell)].below, into: &tops, depth: 0)
        }
        let found = number(of: tops)
        table[place] = found
        return found
    }

    /// Whether the bytes so far are a whole answer.
    func isComplete(_ state: Int32) -> Bool { states[Int(state)].first == 0 }

    /// Whether any byte may follow.
    func canContinue(_ state: Int32) -> Bool { states[Int(state)].contains { $0 != 0 } }

    private func number(of tops: Set<Int32>) -> Int32 {
        let stacks = tops.sorted()
        if let known = stateNumbers[stacks] { return known }
        let number = Int32(states.count)
        states.append(stacks)
        stateNumbers[stacks] = number
        table += [Int32](repeating: Self.unknown, count: 256)
        costs.append(stacks.map { cellCosts[Int($0)] }.min() ?? Self.unreachable)
        return number
    }

    /// Adds the stacks that stand at a byte, or are empty, when a sequence goes on at a step.
    private func expand(_ place: Int32, below: Int32, into tops: inout Set<Int32>, depth: Int) {
        guard depth < Self.mostCalls else { return }
        switch steps[Int(place)] {
        case .byte: tops.insert(cell(place, below))
        case .end:
            guard below != 0 else {
                tops.insert(0)
                return
            }
            let under = cells[Int(below)]
            expand(under.place, below: under.below, into: &tops, depth: depth + 1)
        case .call(let rule):
            // A call at the end of a sequence leaves nothing to come back to.
            var rest = below
            if case .end = steps[Int(place) + 1] {} else { rest = cell(place + 1, below) }
            expandRule(rule, below: rest, into: &tops, depth: depth + 1)
        }
    }

    private func expandRule(_ rule: Int, below: Int32, into tops: inout Set<Int32>, depth: Int) {
        guard starts.indices.contains(rule) else { return }
        for start in starts[rule] { expand(start, below: below, into: &tops, depth: depth) }
    }

    private func cell(_ place: Int32, _ below: Int32) -> Int32 {
        let cell = StackCell(place: place, below: below)
        if let known = cellNumbers[cell] { return known }
        let number = Int32(cells.count)
        cells.append(cell)
        cellCosts.append(shortest[Int(place)] + cellCosts[Int(below)])
        cellNumbers[cell] = number
        return number
    }

    private func compile(_ grammar: Grammar) {
        for rule in grammar.rules {
            starts.append(
                rule.map { sequence in
                    let first = Int32(steps.count)
                    for symbol in sequence {
                        switch symbol {
                        case .byte(let set): steps.append(.byte(set))
                        case .rule(let rule): steps.append(.call(rule))
                        }
                    }
                    steps.append(.end)
                    return first
                })
        }
        measure()
    }

    /// Finds the fewest bytes of every rule, and of the rest of every sequence.
    private func measure() {
        var lengths = [Int](repeating: Self.unreachable, count: starts.count)
        func rest(from place: Int32) -> Int {
            var sum = 0
            var place = Int(place)
            while true {
                switch steps[place] {
                case .byte: sum += 1
                case .call(let rule): sum += lengths.indices.contains(rule) ? lengths[rule] : Self.unreachable
                case .end: return min(sum, Self.unreachable)
                }
                if sum >= Self.unreachable { return Self.unreachable }
                place += 1
            }
        }
        var changed = true
        while changed {
            changed = false
            for rule in starts.indices {
                let found = starts[rule].map(rest(from:)).min() ?? Self.unreachable
                guard found < lengths[rule] else { continue }
                lengths[rule] = found
                changed = true
            }
        }
        shortest = steps.indices.map { rest(from: Int32($0)) }
    }
}
