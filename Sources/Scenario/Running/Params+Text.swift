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

extension MsgUpdateParam.Value {
    /// The value as a scenario writes it.
    var text: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): value
        case .coin(let coin): "\(coin)"
        case .allocation(let shares): "\(shares)"
        }
    }
}
