/// Which texts may name a service on chain (`x/shared/types/service.go`).
public enum ServiceID {
    /// The longest id, in characters.
    public static let maxLength = 42

    /// Whether a text is 1 … 42 of the characters `a-z`, `A-Z`, `0-9`, `_` and `-`.
    public static func isValid(_ id: String) -> Bool {
        (1...maxLength).contains(id.utf8.count) && id.utf8.allSatisfy(isWordByte)
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
