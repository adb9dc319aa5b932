import Keys
import Shannon

/// How fields of events are found and compared.
struct EventMatcher {
    /// The address of an account's name; nil when nobody has it.
    let address: (String) -> Address?

    /// Short names of fields, each with what upstream calls it in one event or another.
    private static let shortNames: KeyValuePairs<String, [String]> = [
        "supplier": [
            "supplier_operator_address", "supplier_operator_addr", "operator_address", "supplier.operator_address",
        ],
        "app": ["application_address", "application_addr", "application.address", "application", "source_address"],
        "application": ["application_address", "application_addr", "application.address", "source_address"],
        "gateway": ["gateway_address", "gateway.address"],
        "service": ["service_id"],
        "owner": ["supplier_owner_address", "supplier_owner_addr", "owner_address", "supplier.owner_address"],
        "proof_requirement": ["proof_requirement_int"],
        "claim_proof_status": ["claim_proof_status_int"],
        "claimed": ["claimed_upokt"],
        "settled": ["settled_upokt"],
        "minted": ["minted_upokt"],
        "reward": ["reward_distribution"],
        "session_end": ["session_end_block_height", "session_end_height"],
        "reason": ["expiration_reason", "failure_reason"],
    ]

    /// Words that stand for the integers of upstream's enumerations.
    private static let words: [String: [String]] = [
        "proof_requirement_int": FieldKind.requirements, "claim_proof_status_int": FieldKind.proofStatuses,
    ]

    /// Fields that are sentences: part of one is enough.
    private static let sentences = ["error", "message", "text", "failure_reason", "reason", "prompt"]

    /// What a short name may stand for; nothing for a name that is not one.
    static func longNames(of name: String) -> [String] { shortNames.first { $0.key == name }?.value ?? [] }

    /// The short names that lead to one of the fields.
    static func shortNames(for fields: [String]) -> [String] {
        let short = shortNames.filter { $0.value.contains { fields.contains(String($0.prefix { $0 != "." })) } }
        return short.map(\.key).filter { !fields.contains($0) }
    }

    func matches(_ event: Event, _ pattern: EventPattern) -> Bool {
        event.name == pattern.name && pattern.fields.allSatisfy { isMatch($0, in: event) }
    }

    /// The fields of a pattern that an event of its name does not fulfil.
    func mismatches(_ event: Event, _ pattern: EventPattern) -> [EventPattern.Field] {
        pattern.fields.filter { !isMatch($0, in: event) }
    }

    /// What an event has for a field; nil when it has no such field.
    func text(of name: String, in event: Event) -> String? {
        guard let (key, value) = find(name, in: event) else { return nil }
        if let number = value.integer, let word = word(for: Int(clamping: number), key: key) { return word }
        return "\(value)"
    }

    private func word(for number: Int, key: String) -> String? {
        guard let words = Self.words[key], words.indices.contains(number) else { return nil }
        return words[number]
    }

    private func isMatch(_ field: EventPattern.Field, in event: Event) -> Bool {
        guard let (key, value) = find(field.name, in: event) else { return false }
        switch field.value {
        case .integer(let expected): return value.integer == expected || value.number == Double(expected)
        case .number(let expected): return value.number == expected || value.integer.map(Double.init) == expected
        case .flag(let expected): return value.flag == expected
        case .multiple(let other, let factor):
            guard let number = find(other, in: event)?.value.integer, let found = value.integer else { return false }
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            return !overflow && product == found
        case .text(let expected):
            if let coin = Coin(parsing: expected), let amount = value.integer { return amount == coin.amount }
            if let number = value.integer { return word(for: Int(clamping: number), key: key) == expected }
            guard let text = value.text else { return false }
            // Participants are called by their names offchain, and by their addresses onchain.
            return text == expected || address(expected)?.rawValue == text || address(text)?.rawValue == expected
                || (Self.sentences.contains(key) && text.contains(expected))
        }
    }

    /// The attribute that a name or a dotted path leads to, with its own key.
    private func find(_ name: String, in event: Event) -> (key: String, value: Event.Value)? {
        let direct = find(path: name, in: event.attributes)
        // A short name may also be that of a whole message inside of the event, which no value equals.
        if let direct, !direct.value.isList { return direct }
        let head = String(name.prefix { $0 != "." })
        let rest = name.dropFirst(head.count)
        for candidate in Self.longNames(of: head) {
            if let found = find(path: candidate + rest, in: event.attributes) { return found }
        }
        return direct
    }

    private func find(path: String, in attributes: [Event.Attribute]) -> (key: String, value: Event.Value)? {
        let head = String(path.prefix { $0 != "." })
        let named = attributes.first { $0.key == head }
        guard let found = named ?? attributes.first(where: { $0.key == address(head)?.rawValue }) else { return nil }
        guard head.count < path.count else { return (found.key, found.value) }
        guard case .list(let inner) = found.value else { return nil }
        return find(path: String(path.dropFirst(head.count + 1)), in: inner)
    }
}

extension Event.Value {
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    var isList: Bool { if case .list = self { true } else { false } }
}
