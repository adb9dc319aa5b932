extension Span {
    private static var units: [(suffix: String, nanoseconds: Int64)] {
        [("ms", 1_000_000), ("us", 1_000), ("ns", 1), ("s", 1_000_000_000), ("m", 60_000_000_000)]
    }

    /// Reads a time such as `2s`, `500ms`, `200us` or `1m`; nil when it is none, is negative or is too long.
    public init?(parsing text: String) {
        guard let unit = Span.units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        let digits = text.dropLast(unit.suffix.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits)
        else { return nil }
        let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        self.init(nanoseconds: nanoseconds)
    }

    /// The time to the millisecond, for messages.
    public var roughText: String { Span(nanoseconds: nanoseconds / 1_000_000 * 1_000_000).shortText }

    /// The shortest text that reads back as the same time, for example `2s`.
    public var shortText: String {
        let suffixes: [(String, Int64)] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)]
        guard nanoseconds != 0 else { return "0s" }
        let unit = suffixes.first { nanoseconds % $0.1 == 0 } ?? ("ns", 1)
        return "\(nanoseconds / unit.1)\(unit.0)"
    }
}
