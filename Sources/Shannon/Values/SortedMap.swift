/// A map that iterates in ascending key order, so that nothing depends on hash order.
///
/// Lookups are binary searches; insertion moves the tail of two arrays. The chain's stores iterate in key order
/// as upstream's do. Its lookups are open to the compiler in every module, which would otherwise make each comparison of
/// two keys a call through their witness.
public struct SortedMap<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline var storedKeys: [Key] = []
    @usableFromInline var storedValues: [Value] = []

    /// A map without entries.
    @inlinable
    public init() {}

    /// The keys in ascending order.
    @inlinable public var keys: [Key] { storedKeys }
    /// The values in the order of their keys.
    @inlinable public var values: [Value] { storedValues }
    /// The number of entries.
    @inlinable public var count: Int { storedKeys.count }
    /// Whether there is no entry.
    @inlinable public var isEmpty: Bool { storedKeys.isEmpty }

    /// The value of a key; assigning nil removes it.
    @inlinable
    public subscript(key: Key) -> Value? {
        get {
            let place = insertionPoint(of: key)
            return place < storedKeys.count && storedKeys[place] == key ? storedValues[place] : nil
        }
        set {
            let place = insertionPoint(of: key)
            let found = place < storedKeys.count && storedKeys[place] == key
            switch (newValue, found) {
            case (let value?, true): storedValues[place] = value
            case (let value?, false):
                storedKeys.insert(key, at: place)
                storedValues.insert(value, at: place)
            case (nil, true):
                storedKeys.remove(at: place)
                storedValues.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// The value of a key, created when absent, for change in place.
    @inlinable
    public subscript(key: Key, default fallback: @autoclosure () -> Value) -> Value {
        get { self[key] ?? fallback() }
        _modify {
            let place = insertionPoint(of: key)
            if place == storedKeys.count || storedKeys[place] != key {
                storedKeys.insert(key, at: place)
                storedValues.insert(fallback(), at: place)
            }
            yield &storedValues[place]
        }
    }

    /// Changes the value of a key in place; nil when the key is absent.
    @inlinable
    @discardableResult
    public mutating func update<Result, Failure: Error>(
        _ key: Key, _ change: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let place = insertionPoint(of: key)
        guard place < storedKeys.count, storedKeys[place] == key else { return nil }
        return try change(&storedValues[place])
    }

    /// Whether the key is present.
    @inlinable
    public func contains(_ key: Key) -> Bool {
        let place = insertionPoint(of: key)
        return place < storedKeys.count && storedKeys[place] == key
    }

    /// Removes every entry for which the condition holds.
    @inlinable
    public mutating func removeAll(where condition: (Key, Value) -> Bool) {
        guard let first = storedKeys.indices.first(where: { condition(storedKeys[$0], storedValues[$0]) }) else {
            return
        }
        let kept =
            Array(storedKeys.indices[..<first])
            + storedKeys.indices[(first + 1)...].filter { !condition(storedKeys[$0], storedValues[$0]) }
        (storedKeys, storedValues) = (kept.map { storedKeys[$0] }, kept.map { storedValues[$0] })
    }

    /// The place of the first key that is not below the given one.
    @inlinable
    public func insertionPoint(of key: Key) -> Int {
        var low = 0
        var high = storedKeys.count
        while low < high {
            let middle = (low + high) / 2
            if storedKeys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SortedMap: Sequence {
    /// The entries in ascending key order.
    @inlinable
    public func makeIterator() -> Zip2Sequence<[Key], [Value]>.Iterator { zip(keys, values).makeIterator() }
}

extension SortedMap: Equatable where Value: Equatable {}
extension SortedMap: Hashable where Key: Hashable, Value: Hashable {}

extension SortedMap: Codable where Key: Codable, Value: Codable {
    private enum CodingKeys: String, CodingKey { case keys, values }

    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? ValueDecoder {
            storedKeys = try decoder.read(listOf: Key.self)
            storedValues = try decoder.read(listOf: Value.self)
        } else {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            storedKeys = try container.decode([Key].self, forKey: .keys)
            storedValues = try container.decode([Value].self, forKey: .values)
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
