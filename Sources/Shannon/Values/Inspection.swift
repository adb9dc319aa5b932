/// A look at a state from a file, for what no network comes to: numbers without room to go on, parts that contradict
/// each other.
///
/// Decoding has shown that the bytes are a state; its arithmetic may rely on what is asked here.
public struct Inspection {
    /// What is wrong, each with its place, what was expected and what was found.
    public private(set) var problems: [String] = []
    private var place: [String] = []

    public init() {}

    /// A count is at most this: everything that is counted one by one stays far below, and sums of some have room.
    public static let mostCount: Int64 = 1 << 60

    /// Looks at something that belongs to a part.
    public mutating func within(_ part: String, _ look: (inout Inspection) -> Void) {
        place.append(part)
        look(&self)
        place.removeLast()
    }

    /// Notes a problem unless something holds.
    public mutating func expect(
        _ holds: Bool, _ name: String, _ expected: @autoclosure () -> String, found: @autoclosure () -> String
    ) {
        guard !holds else { return }
        problems.append("\((place + [name]).joined(separator: ".")): expected \(expected()), found \(found())")
    }

    /// Notes a number that is not within a range.
    public mutating func expect<Number: BinaryInteger>(
        _ value: Number, _ name: String, in range: ClosedRange<Int64>
    ) {
        let holds = Int64(exactly: value).map(range.contains) ?? false
        expect(holds, name, "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }

    /// Notes what is no count: less than nothing, or more than ever was counted.
    public mutating func count(_ value: some BinaryInteger, _ name: String) {
        expect(value, name, in: 0...Self.mostCount)
    }

    /// Notes a time that is not after genesis; nothing where there is none.
    public mutating func span(_ value: Span?, _ name: String) {
        if let value { expect(value.nanoseconds, name, in: 0...Int64.max) }
    }
}
