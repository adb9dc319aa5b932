/// A set of exchanges, kept in ascending order.
public struct ExchangeSet: Hashable, Codable, Sendable {
    /// Ascending, each once.
    public private(set) var all: [UInt64] = []

    public init() {}

    public var count: Int { all.count }
    public var isEmpty: Bool { all.isEmpty }

    public func contains(_ exchange: UInt64) -> Bool {
        let place = insertionPoint(of: exchange)
        return place < all.count && all[place] == exchange
    }

    /// Adds an exchange; false when it is there already.
    @discardableResult
    public mutating func insert(_ exchange: UInt64) -> Bool {
        let place = insertionPoint(of: exchange)
        guard place == all.count || all[place] != exchange else { return false }
        all.insert(exchange, at: place)
        return true
    }

    /// Takes an exchange out; false when it is not there.
    @discardableResult
    public mutating func remove(_ exchange: UInt64) -> Bool {
        let place = insertionPoint(of: exchange)
        guard place < all.count, all[place] == exchange else { return false }
        all.remove(at: place)
        return true
    }

    private func insertionPoint(of exchange: UInt64) -> Int {
        // Exchanges of one party ascend, so most of them belong at the end.
        guard let last = all.last, last >= exchange else { return all.count }
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle] < exchange { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
