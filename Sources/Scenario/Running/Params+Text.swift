import Keys
import Shannon

extension Params {
    /// A live parameter as text, by upstream's names.
    func text(of name: String, in module: String) -> String {
        guard let section = Self.child(of: self, named: module) else { return "no such module" }
        var value: Any? = section
        for part in name.split(separator: ".") { value = value.flatMap { Self.child(of: $0, named: String(part)) } }
        guard let value else { return "no such parameter" }
        return "\(value)"
    }

    /// The names that there are where a module or a parameter does not exist, and which of both it is; nil where both
    /// do.
    static func missing(_ name: String, in module: String) -> (known: [String], kind: String)? {
        guard let section = child(of: Params(), named: module) else { return (names(in: Params()), "module") }
        var value: Any = section
        for part in name.split(separator: ".") {
            guard let next = child(of: value, named: String(part)) else { return (names(in: value), "parameter") }
            value = next
        }
        return nil
    }

    private static func names(in value: Any) -> [String] {
        Mirror(reflecting: value).children.map { snakeCase($0.label ?? "") }
    }

    /// A module's live parameters as upstream's command line prints them: JSON with 64-bit integers in quotes.
    func json(ofModule module: String) -> String {
        Self.child(of: self, named: module).map(Self.json) ?? "no such module"
    }

    private static func json(_ value: Any) -> String {
        switch value {
        case let value as Double: return "\(value)"
        case let coin as Coin: return #"{"denom":"\#(coin.denom)","amount":"\#(coin.amount)"}"#
        case let address as Address: return #""\#(address.rawValue)""#
        default:
            let children = Mirror(reflecting: value).children
            guard !children.isEmpty else { return #""\#(value)""# }
            let fields = children.map { #""\#(snakeCase($0.label ?? ""))":\#(json($0.value))"# }
            return "{" + fields.joined(separator: ",") + "}"
        }
    }

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// A property by the snake case form of its name.
    private static func child(of value: Any, named name: String) -> Any? {
        let words = name.split(separator: "_")
        let property = words.enumerated().map { $0.offset == 0 ? String($0.element) : $0.element.capitalized }.joined()
        return Mirror(reflecting: value).children.first { $0.label == property }?.value
    }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
