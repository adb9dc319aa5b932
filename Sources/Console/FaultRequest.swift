import Keys
import Offchain
import Shannon
import World

/// A fault as `POST /pokt/faults` takes it: an object with one member, in the words of scenario files.
struct FaultRequest {
    private let kind: String
    private let value: JSONValue

    private static let kinds = ["crash", "restart", "slow", "fault", "heal"]

    init(parsing body: Bytes) throws(OpenAIError) {
        guard case .object(let object)? = JSONValue(parsing: body), object.count == 1,
            let (kind, value) = object.members.first(where: { _ in true }), Self.kinds.contains(kind)
        else {
            throw .invalid("Expected an object with one of the members \(Self.kinds.joined(separator: ", ")).")
        }
        (self.kind, self.value) = (kind, value)
    }

    func fault(in world: World) throws(OpenAIError) -> Fault {
        switch kind {
        case "crash": return .crash(try party(value, in: world))
        case "restart": return .restart(try party(value, in: world))
        case "slow":
            let fields = try fields(["supplier", "factor"])
            guard let supplier = fields["supplier"]?.text, let factor = fields["factor"]?.whole,
                (1...1_000_000).contains(factor)
            else { throw wrong("a supplier's name and a factor of 1 to 1000000") }
            return .slow(supplier: supplier, factor: UInt32(factor))
        case "heal":
            guard value.text != "all" else { return .healAll }
            return .heal(try scope(try fields(["from", "to"]), in: world))
        default:
            let names = ["from", "to", "latency", "jitter", "loss", "duplicate", "reorder", "partition"]
            let fields = try fields(names)
            var fault = ChannelFault()
            if let latency = fields["latency"] { fault.latency = try span(latency) }
            if let jitter = fields["jitter"] { fault.jitter = try span(jitter) }
            if let loss = fields["loss"] { fault.loss = try chance(loss) }
            if let duplicate = fields["duplicate"] { fault.duplicate = try chance(duplicate) }
            if let reorder = fields["reorder"] { fault.reorder = try chance(reorder) }
            if let partition = fields["partition"] {
                guard case .bool(let isPartitioned) = partition else { throw wrong("true or false for partition") }
                fault.isPartitioned = isPartitioned
            }
            guard fault != ChannelFault() else { throw wrong("an object with one fault at least") }
            return .channel(try scope(fields, in: world), fault)
        }
    }

    private func wrong(_ expected: String) -> OpenAIError {
        .invalid("Expected '\(kind)' to be \(expected).", param: kind, code: "invalid_value")
    }

    /// The members of the value; refuses any other than the known ones.
    private func fields(_ names: [String]) throws(OpenAIError) -> JSONObject {
        guard case .object(let object) = value, object.names.allSatisfy(names.contains) else {
            throw wrong("an object of \(names.joined(separator: ", "))")
        }
        return object
    }

    private func party(_ value: JSONValue, in world: World) throws(OpenAIError) -> Party {
        guard let name = value.text, let party = name == "chain" ? .chain : world.party(named: name) else {
            let known = world.suppliers.keys + world.gateways.keys + world.applications.keys
            throw wrong("one of \(known.joined(separator: ", "))")
        }
        return party
    }

    private func scope(_ fields: JSONObject, in world: World) throws(OpenAIError) -> Channel.Scope {
        var scope = Channel.Scope.all
        if let from = fields["from"] { scope.from = try party(from, in: world) }
        if let to = fields["to"] { scope.to = try party(to, in: world) }
        return scope
    }

    private func span(_ value: JSONValue) throws(OpenAIError) -> Span {
        guard let span = value.text.flatMap(Span.init(parsing:)), (.zero ... .seconds(86_400)).contains(span) else {
            throw wrong("times such as \"50ms\", a day at most")
        }
        return span
    }

    private func chance(_ value: JSONValue) throws(OpenAIError) -> Chance {
        guard let chance = value.double.flatMap(Chance.init) else { throw wrong("chances of 0 to 1") }
        return chance
    }
}

/// What is at fault, each as `POST /pokt/faults` would make it.
enum FaultReport {
    static func json(of world: World) -> JSONValue {
        var list: [JSONValue] = world.crashed.map { .object(["crash": .string("\($0)")]) }
        for (supplier, factor) in world.slowSuppliers {
            list.append(
                .object(["slow": .object(["supplier": .string(supplier), "factor": .integer(Int64(factor))])]))
        }
        for (scope, fault) in world.channelFaults {
            var object = JSONObject()
            if let from = scope.from { object["from"] = .string("\(from)") }
            if let to = scope.to { object["to"] = .string("\(to)") }
            if let latency = fault.latency { object["latency"] = .string(latency.shortText) }
            if fault.jitter > .zero { object["jitter"] = .string(fault.jitter.shortText) }
            let chances = [("loss", fault.loss), ("duplicate", fault.duplicate), ("reorder", fault.reorder)]
            for (name, chance) in chances where chance != .never {
                object[name] = .number(Double(chance.millionths) / 1e6)
            }
            if fault.isPartitioned { object["partition"] = .bool(true) }
            list.append(.object(["fault": .object(object)]))
        }
        return .object(["faults": .array(list)])
    }
}
