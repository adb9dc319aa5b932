/// How words are set off on a terminal; colour never carries a meaning alone.
public struct Style: Hashable, Sendable {
    /// Whether escape sequences may be written.
    public let isColoured: Bool

    public init(isColoured: Bool) { self.isColoured = isColoured }

    /// No escape sequences at all.
    public static let plain = Style(isColoured: false)

    public func bold(_ text: String) -> String { wrap(text, "1") }
    public func dim(_ text: String) -> String { wrap(text, "2") }
    public func good(_ text: String) -> String { wrap(text, "32") }
    public func bad(_ text: String) -> String { wrap(text, "31") }
    public func accent(_ text: String) -> String { wrap(text, "36") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
