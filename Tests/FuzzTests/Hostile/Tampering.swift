import Shannon

/// Values of one type, taken apart, and what can be made of them by changing a few fields.
struct Tampering {
    private let trees: [ValueTree]
    private let ways: [[String: [[Int]]]]
    private let kinds: [[String]]

    init(_ values: [some Encodable]) throws {
        trees = try values.map { try ValueTree(of: $0) }
        ways = trees.map { $0.ways(atMost: 24) }
        kinds = ways.map { $0.keys.sorted() }
    }

    /// A value of which one to four fields are others, encoded, and what was done to it.
    func draw(_ random: inout SeededGenerator) -> (bytes: [UInt8], changes: [String]) {
        let choice = Int(random.next(upperBound: UInt64(trees.count)))
        var (tree, changes) = (trees[choice], [String]())
        let count = [1, 1, 1, 1, 1, 2, 3, 4][Int(random.next(upperBound: UInt64(8)))]
        for _ in 0..<count {
            // Each kind of field as often as any other, however many there are of it.
            let kind = one(of: kinds[choice], &random)
            let way = one(of: ways[choice][kind] ?? [[]], &random)
            let other = trees[Int(random.next(upperBound: UInt64(trees.count)))]
            let others = ways[trees.count == 1 ? 0 : Int(random.next(upperBound: UInt64(trees.count)))][kind] ?? [way]
            let same = other[one(of: others, &random)[...]]
            var change = ""
            tree.change(way[...]) { change = Self.change(&$0, same, &random) }
            changes.append("\(kind) \(change)")
        }
        var bytes = tree.bytes
        if random.next(upperBound: UInt64(20)) == 0, !bytes.isEmpty {
            let place = Int(random.next(upperBound: UInt64(bytes.count)))
            bytes[place] ^= 1 << UInt8(random.next(upperBound: UInt64(8)))
            changes.append("byte \(place)")
        }
        return (bytes, changes)
    }

    private func one<Element>(of list: [Element], _ random: inout SeededGenerator) -> Element {
        list[Int(random.next(upperBound: UInt64(list.count)))]
    }

    /// Makes a field another.
    ///
    /// - Parameter same: A field of the same kind, of this value or of another one.
    private static func change(_ tree: inout ValueTree, _ same: ValueTree?, _ random: inout SeededGenerator) -> String {
        func draw(_ count: Int) -> Int { Int(random.next(upperBound: UInt64(max(1, count)))) }
        if draw(6) == 0, let same {
            tree = ValueTree(naming: tree.name, same)
            return "as elsewhere"
        }
        switch tree.content {
        case .fields where tree.parts.map(\.name) == ["keys", "values"]: return changeMap(&tree, &random)
        case .fields, .named:
            // A field of it that is as another one of its kind.
            guard let same, draw(2) == 0, same.parts.count == tree.parts.count, !tree.parts.isEmpty else { break }
            let place = draw(tree.parts.count)
            tree.parts[place] = same.parts[place]
            return "with .\(tree.parts[place].name) of another"
        case .list, .optional: return changeList(&tree, same, &random)
        case .signed(let value):
            let changed = number(around: value, &random)
            tree.content = .signed(changed)
            return "= \(changed), was \(value)"
        case .unsigned(let value):
            let changed = UInt64(bitPattern: number(around: Int64(bitPattern: value), &random))
            tree.content = .unsigned(changed)
            return "= \(changed), was \(value)"
        case .double(let value):
            let some = [
                0, -0.0, 1, -1, 0.5, 2, .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 1e19,
                value * 2,
            ]
            tree.content = .double(some[draw(some.count)])
            return "= \(tree.content), was \(value)"
        case .flag(let value): tree.content = .flag(!value)
        case .text(let text):
            let some = [
                "", "\0", text + "x", String(text.dropLast()), String(text.reversed()), "-1", "9223372036854775808",
                "höhe 🧱", String(repeating: text.isEmpty ? "long" : text, count: 500),
            ]
            tree.content = .text(some[draw(some.count)])
        case .blob(var blob):
            switch draw(7) {
            case 0: blob = []
            case 1: blob.removeLast(min(blob.count, 1 + draw(8)))
            case 2: blob.append(UInt8(draw(256)))
            case 3: blob = Array(repeating: 0xff, count: blob.count)
            case 4: blob = Array(repeating: 0, count: blob.count)
            default: if !blob.isEmpty { blob[draw(blob.count)] ^= 1 << UInt8(draw(8)) }
            }
            tree.content = .blob(blob)
            return "of \(blob.count) bytes"
        }
        return "changed"
    }

    /// Drops, doubles or moves entries of a map; or gives it a last key as large, or a first one as small, as can be.
    private static func changeMap(_ tree: inout ValueTree, _ random: inout SeededGenerator) -> String {
        let count = tree.parts[0].parts.count
        guard count > 0, tree.parts[1].parts.count == count else { return "not changed" }
        let (first, second) = (
            Int(random.next(upperBound: UInt64(count))), Int(random.next(upperBound: UInt64(count)))
        )
        switch random.next(upperBound: UInt64(6)) {
        case 0:
            for side in 0..<2 { tree.parts[side].parts.remove(at: first) }
            return "without entry \(first)"
        case 1:
            for side in 0..<2 { tree.parts[side].parts = [] }
            return "without any entry"
        case 2:
            tree.parts[1].parts.swapAt(first, second)
            return "with the values \(first) and \(second) swapped"
        case 3:
            tree.parts[0].parts.swapAt(first, second)
            return "with the keys \(first) and \(second) swapped"
        case 4:
            tree.parts[0].parts[count - 1].makeExtreme(.max)
            return "with a last key that is large"
        default:
            tree.parts[0].parts[0].makeExtreme(.min)
            return "with a first key that is small"
        }
    }

    private static func changeList(
        _ tree: inout ValueTree, _ same: ValueTree?, _ random: inout SeededGenerator
    ) -> String {
        guard !tree.parts.isEmpty else {
            if case .optional = tree.content { tree = ValueTree(naming: tree.name, same ?? tree) }
            return "as elsewhere"
        }
        if case .optional = tree.content {
            tree.parts = []
            return "= nil"
        }
        let count = tree.parts.count
        let (first, second) = (
            Int(random.next(upperBound: UInt64(count))), Int(random.next(upperBound: UInt64(count)))
        )
        switch random.next(upperBound: UInt64(7)) {
        case 0: tree.parts.remove(at: first)
        case 1: tree.parts = []
        case 2: tree.parts.insert(tree.parts[first], at: second)
        case 3: tree.parts.reverse()
        case 4: tree.parts += same?.parts ?? []
        case 5: for _ in 0..<3_000 { tree.parts.append(tree.parts[first]) }
        default: tree.parts.swapAt(first, second)
        }
        return "with \(tree.parts.count) elements, had \(count)"
    }

    /// A number at one of the places where arithmetic ends, or beside the one that is there.
    private static func number(around value: Int64, _ random: inout SeededGenerator) -> Int64 {
        let some: [Int64] = [
            0, 1, -1, 2, 1 << 31 - 1, 1 << 31, 1 << 32, 1 << 53, -(1 << 53), 1 << 61, 1 << 62, -(1 << 62), .max,
            .max - 1, .min, .min + 1, value &+ 1, value &- 1, value &* 2, value &* 1_000_000, 0 &- value,
            value &+ 1_000, value &- 1_000,
        ]
        return some[Int(random.next(upperBound: UInt64(some.count)))]
    }
}

extension ValueTree {
    /// A tree as a field of a name.
    init(naming name: String, _ other: ValueTree) {
        (self.name, content, parts) = (name, other.content, other.parts)
    }

    /// Makes the first number in it the largest or the smallest.
    mutating func makeExtreme(_ value: Int64) {
        switch content {
        case .signed: content = .signed(value)
        case .unsigned: content = .unsigned(value < 0 ? 0 : .max)
        default: if !parts.isEmpty { parts[0].makeExtreme(value) }
        }
    }
}
