import SMST
public import Shannon

extension Supplier: StateOfStores {
    public static let stores: [StateStore<Supplier>] = [
        StateStore(each: \.trees), StateStore(each: \.served), StateStore(\.buffer), StateStore(\.disk),
    ]

    /// Whether nothing has happened to it since an older state but that it was told of blocks.
    public func hasOnlyWaited(since old: Supplier) -> Bool {
        var same = self
        same.seenHeight = old.seenHeight
        return same == old
    }
}

extension SessionTree: IncrementalState {
    /// The tree with only those relays that an older state of it did not have.
    public func changed(since old: SessionTree) -> SessionTree {
        var part = self
        part.trie = trie.changed(since: old.trie)
        return part
    }

    public mutating func complete(from whole: SessionTree) { trie = whole.trie }
}

extension ExchangeSet: IncrementalState {
    /// The exchanges that an older set does not have.
    public func changed(since old: ExchangeSet) -> ExchangeSet {
        var part = ExchangeSet()
        guard !all.isSameArray(as: old.all) else { return part }
        for exchange in all where !old.contains(exchange) { part.insert(exchange) }
        return part
    }

    public mutating func complete(from whole: ExchangeSet) { self = whole }
}
