/// The members of a JSON object in the order of the document; a repeated name keeps its last value.
public struct JSONObject: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// The names in order.
    public private(set) var names: [String] = []
    private var values: [JSONValue] = []
    /// The place of each name, once there are so many that looking through them would be slow.
    private var places: [String: Int] = [:]

    private static let mostSearched = 16

    /// No members.
    public init() {}

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (name, value) in elements { self[name] = value }
    }

    public var isEmpty: Bool { names.isEmpty }
    public var count: Int { names.count }

    /// The members in order.
    public var members: Zip2Sequence<[String], [JSONValue]> { zip(names, values) }

    /// A member's value; nil when there is none. Setting nil removes the member.
    public subscript(name: String) -> JSONValue? {
        get { place(of: name).map { values[$0] } }
        set {
            switch (place(of: name), newValue) {
            case (let place?, let value?): values[place] = value
            case (nil, let value?):
                names.append(name)
                values.append(value)
                if names.count > Self.mostSearched { index() }
            case (let place?, nil):
                names.remove(at: place)
                values.remove(at: place)
                places = [:]
                if names.count > Self.mostSearched { index() }
            case (nil, nil): break
            }
        }
    }

    private func place(of name: String) -> Int? {
        names.count > Self.mostSearched ? places[name] : names.firstIndex(of: name)
    }

    private mutating func index() {
        for place in places.count..<names.count { places[names[place]] = place }
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.names == right.names && left.values == right.values
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(names)
        hasher.combine(values)
    }
}
