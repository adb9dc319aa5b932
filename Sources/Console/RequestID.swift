/// The id that a request has in its client's logs and in ours.
enum RequestID {
    /// The client's own id when it is short and plain, else a new one.
    static func choose(_ wanted: String?) -> String {
        guard let wanted, (1...128).contains(wanted.utf8.count), wanted.utf8.allSatisfy(isPlain) else { return fresh() }
        return wanted
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func fresh() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<2).map { _ in
            let text = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return "req_" + digits.joined()
    }
}
