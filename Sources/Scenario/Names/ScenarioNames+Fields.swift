import Config
import Keys
import Shannon

/// Whether an event can have what a pattern says.
extension ScenarioNames {
    func check(_ pattern: EventPattern) throws(NameProblem) {
        try require(pattern.name, "an event", among: EventCatalogue.names, at: "event")
        for field in pattern.fields {
            let kind = try kind(of: field.name, in: pattern.name, .key(field.name))
            guard !kind.isGroup else {
                let example = Self.members(of: kind, in: self).first ?? "…"
                throw NameProblem(
                    .key(field.name), expected: "a field of it such as \"\(field.name).\(example)\"",
                    found: "\"\(field.name)\"")
            }
            try check(field, kind, pattern.name)
        }
    }

    private func check(_ field: EventPattern.Field, _ kind: FieldKind, _ event: String) throws(NameProblem) {
        func mismatch(_ expected: String) -> NameProblem {
            let found = if case .text(let text) = field.value { "\"\(text)\"" } else { "\(field.value)" }
            return NameProblem(.value(field.name), expected: "\(expected) for \(field.name) of \(event)", found: found)
        }
        switch (kind, field.value) {
        case (.integer, .integer(0...)), (.amount, .integer(0...)), (.number, .integer), (.number, .number),
            (.flag, .flag), (.text, .text):
            return
        case (.integer, .number(let number)) where number >= 0 && number == number.rounded(): return
        case (.amount, .number(let number)) where number >= 0 && number == number.rounded(): return
        case (.amount, .text(let text)) where Coin(parsing: text)?.denom == Coin.upoktDenom: return
        case (.integer, .multiple(let other, _)), (.amount, .multiple(let other, _)):
            guard try self.kind(of: other, in: event, .value(field.name)).isInteger else {
                throw mismatch("a multiple of an integer field")
            }
        case (.service, .text(let id)): try require(id, "a service", among: services, at: field.name)
        case (.account(let role, let isOptional), .text(let name)):
            if isOptional, name.isEmpty { return }
            try require(name, role, at: field.name)
        case (.sender, .text(let name)) where name != History.unknownSender:
            try require(name, .anybody, at: field.name)
        case (.sender, .text): return
        case (.recipient, .text(let name)):
            guard name.isEmpty || Self.modules.contains(name) else {
                return try require(name, .anybody, at: field.name)
            }
        case (.words(let words, .part), .text(let word)) where words.contains { $0.contains(word) }: return
        case (.words(let words, _), .text(let word)): try require(word, "a word", among: words, at: field.name)
        case (.words(let words, .counted), .integer(let place)) where words.indices.contains(Int(clamping: place)):
            return
        case (.relayEnd(let words), .text(let word)):
            if word.hasPrefix("response "), UInt32(word.dropFirst("response ".count)) != nil { return }
            try require(word, "a word", among: words, at: field.name)
        default: throw mismatch(Self.name(of: kind))
        }
    }

    private static func name(of kind: FieldKind) -> String {
        switch kind {
        case .integer: "an integer of at least 0"
        case .amount: "an amount such as 84000 or \"84000upokt\""
        case .number: "a number"
        case .flag: "true or false"
        case .account, .recipient, .sender: "an account's name"
        case .service: "a service's name"
        case .words(let words, _), .relayEnd(let words): "one of \(NameProblem.list(words))"
        case .text, .fields, .accounts: "a text"
        }
    }

    // MARK: Paths

    /// A path that leads nowhere: how far it leads, and what there is from there.
    private struct Miss: Error {
        let depth: Int
        let name: String
        let known: [String]
    }

    /// What the field of a name holds, found as a matcher finds it: by its own name, else by one that a short name
    /// stands for.
    private func kind(
        of name: String, in event: String, _ part: NameProblem.Part
    ) throws(NameProblem) -> FieldKind {
        let fields = EventCatalogue.fields(of: event)
        let head = String(name.prefix { $0 != "." })
        var nearest: Miss?
        var group: FieldKind?
        for path in [name] + EventMatcher.longNames(of: head).map({ $0 + name.dropFirst(head.count) }) {
            do throws(Miss) {
                let kind = try follow(path, fields)
                // A short name may also be that of a whole message, which no value equals.
                guard kind.isGroup else { return kind }
                group = group ?? kind
            } catch {
                // What may stand behind it says more than that nothing may.
                let isNearer =
                    error.known.isEmpty == nearest?.known.isEmpty
                    ? error.depth > nearest?.depth ?? -1 : nearest == nil || !error.known.isEmpty
                if isNearer { nearest = error }
            }
        }
        if let group { return group }
        guard let nearest, nearest.depth > 0 else {
            let known = EventMatcher.shortNames(for: fields.map(\.name)) + fields.map(\.name)
            throw NameProblem(
                part, expected: "a field of \(event) (\(known.joined(separator: ", ")))", found: "\"\(name)\"",
                suggestion: EditDistance.nearest(to: head, among: known))
        }
        throw NameProblem(
            part,
            expected: nearest.known.isEmpty
                ? "\(head) of \(event) with nothing behind it"
                : "\(head) of \(event) with one of \(NameProblem.list(nearest.known)) behind it",
            found: "\"\(name)\"",
            suggestion: EditDistance.nearest(to: nearest.name, among: nearest.known).map {
                name.dropLast(nearest.name.count) + $0
            })
    }

    private func follow(_ path: String, _ fields: [EventField]) throws(Miss) -> FieldKind {
        var parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var kind = FieldKind.fields(fields)
        var depth = 0
        while !parts.isEmpty {
            let name = parts.removeFirst()
            let members = Self.members(of: kind, in: self)
            switch kind {
            case .fields(let inner):
                guard let next = inner.first(where: { $0.name == name })?.kind else {
                    throw Miss(
                        depth: depth, name: ([name] + parts).joined(separator: "."), known: members)
                }
                kind = next
            case .accounts(let value):
                guard parts.isEmpty, members.contains(name) || Address(name).isValid else {
                    throw Miss(
                        depth: depth, name: ([name] + parts).joined(separator: "."), known: members)
                }
                kind = value
            default:
                throw Miss(depth: depth, name: ([name] + parts).joined(separator: "."), known: [])
            }
            depth += 1
        }
        return kind
    }

    private static func members(of kind: FieldKind, in names: ScenarioNames) -> [String] {
        switch kind {
        case .fields(let fields): fields.map(\.name)
        case .accounts: names.accounts
        default: []
        }
    }
}
