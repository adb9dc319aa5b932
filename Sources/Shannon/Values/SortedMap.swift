/// A map that iterates in ascending key order, so that nothing depends on hash order.
///
/// Lookups are binary searches; insertion moves the tail of two arrays. The chain's stores iterate in key order
/// as upstream's do.
public struct SortedMap<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    /// The keys in ascending order.
    public private(set) var keys: [Key] = []
    /// The values in the order of their keys.
    public private(set) var values: [Value] = []

    /// A map without entries.
    public init() {}

    /// The number of entries.
    public var count: Int { keys.count }
    /// Whether there is no entry.
    public var isEmpty: Bool { keys.isEmpty }

    /// The value of a key; assigning nil removes it.
    public subscript(key: Key) -> Value? {
        get {
            let place = insertionPoint(of: key)
            return place < keys.count && keys[place] == key ? values[place] : nil
        }
        set {
            let place = insertionPoint(of: key)
            let found = place < keys.count && keys[place] == key
            switch (newValue, found) {
            case (let value?, true): values[place] = value
            case (let value?, false):
                keys.insert(key, at: place)
                values.insert(value, at: place)
            case (nil, true):
                keys.remove(at: place)
                values.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// The value of a key, created when absent, for change in place.
    public subscript(key: Key, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        _modify {
            let place = insertionPoint(of: key)
            if place == keys.count || keys[place] != key {
                keys.insert(key, at: place)
                values.insert(fallback(), at: place)
            }
            yield &values[place]
        }
    }

    /// Changes the value of a key in place; nil when the key is absent.
    @discardableResult
    public mutating func update<Result, Failure: Error>(
        _ key: Key, _ change: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let place = insertionPoint(of: key)
        guard place < keys.count, keys[place] == key else { return nil }
        return try change(&values[place])
    }

    /// Whether the key is present.
    public func contains(_ key: Key) -> Bool {
        let place = insertionPoint(of: key)
        return place < keys.count && keys[place] == key
    }

    /// Removes every entry for which the condition holds.
    public mutating func removeAll(where condition: (Key, Value) -> Bool) {
        guard let first = keys.indices.first(where: { condition(keys[$0], values[$0]) }) else { return }
        let kept =
            Array(keys.indices[..<first]) + keys.indices[(first + 1)...].filter { !condition(keys[$0], values[$0]) }
        (keys, values) = (kept.map { keys[$0] }, kept.map { values[$0] })
    }

    /// The place of the first key that is not below the given one.
    public func insertionPoint(of key: Key) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SortedMap: Sequence {
    /// The entries in ascending key order.
    public func makeIterator() -> Zip2Sequence<[Key], [Value]>.Iterator { zip(keys, values).makeIterator() }
}

extension SortedMap: Equatable where Value: Equatable {}
extension SortedMap: Hashable where Key: Hashable, Value: Hashable {}

extension SortedMap: Codable where Key: Codable, Value: Codable {
    private enum CodingKeys: String, CodingKey { case keys, values }

    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            keys = try decoder.read(listOf: Key.self)
            values = try decoder.read(listOf: Value.self)
        } else {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            keys = try container.decode([Key].self, forKey: .keys)
            values = try container.decode([Value].self, forKey: .values)
        }
        guard keys.count == values.count, keys.indices.dropFirst().allSatisfy({ keys[$0 - 1] < keys[$0] }) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath, debugDescription: "expected ascending keys, one for each value"))
        }
    }

    /// The keys, then the values.
    public func encode(to encoder: any Encoder) throws {
        if let encoder = encoder as? ValueEncoder {
            try encoder.write(list: keys)
            try encoder.write(list: values)
        } else {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(keys, forKey: .keys)
            try container.encode(values, forKey: .values)
        }
    }
}
