import SMST
import Shannon

extension Supplier {
    /// Whether nothing has happened to it since an older state but that it was told of blocks.
    public func hasOnlyWaited(since old: Supplier) -> Bool {
        var same = self
        same.seenHeight = old.seenHeight
        return same == old
    }

    /// The supplier with only those relays and exchanges that an older state of it did not have; all else is whole.
    public func changed(since old: Supplier) -> Supplier {
        var part = self
        part.trees = trees.changed(since: old.trees) { $0.changed(since: $1) }
        part.served = served.changed(since: old.served) { $0.changed(since: $1) }
        part.buffer = buffer.changed(since: old.buffer)
        part.disk = disk.changed(since: old.disk)
        return part
    }
}

extension SessionTree {
    /// The tree with only those relays that an older state of it did not have.
    public func changed(since old: SessionTree) -> SessionTree {
        var part = self
        part.trie = trie.changed(since: old.trie)
        return part
    }
}

extension ExchangeSet {
    /// The exchanges that an older set does not have.
    public func changed(since old: ExchangeSet) -> ExchangeSet {
        var part = ExchangeSet()
        guard !all.isSameArray(as: old.all) else { return part }
        for exchange in all where !old.contains(exchange) { part.insert(exchange) }
        return part
    }
}
