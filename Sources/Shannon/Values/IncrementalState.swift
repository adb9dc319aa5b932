/// A state of which an older one has nearly everything, so that the little that changed can stand for the whole.
///
/// For every state `whole` and every older state of it, `whole.changed(since: older)` completed from `whole` is `whole`.
public protocol IncrementalState: Equatable, Sendable {
    /// The state with only those entries of its stores that an older one does not have as they are; all else is whole.
    func changed(since old: Self) -> Self
    /// Takes from the whole what a changed part of it leaves out, and keeps what the part has.
    mutating func complete(from whole: Self)
}

/// A state whose bulk is in stores: which they are is all that has to be said of it.
public protocol StateOfStores: IncrementalState {
    /// Every store in which a block leaves most entries as they were.
    static var stores: [StateStore<Self>] { get }
}

extension StateOfStores {
    public func changed(since old: Self) -> Self {
        var part = self
        for store in Self.stores { store.leaveOut(&part, old) }
        return part
    }

    public mutating func complete(from whole: Self) {
        for store in Self.stores { store.complete(&self, whole) }
    }
}

/// A store of a state, by the path that leads to it.
public struct StateStore<State: Sendable>: Sendable {
    fileprivate let leaveOut: @Sendable (inout State, State) -> Void
    fileprivate let complete: @Sendable (inout State, State) -> Void

    /// A store, or a part of the state that has stores itself.
    public init<Store: IncrementalState>(_ path: any WritableKeyPath<State, Store> & Sendable) {
        leaveOut = { part, old in part[keyPath: path] = part[keyPath: path].changed(since: old[keyPath: path]) }
        complete = { part, whole in part[keyPath: path].complete(from: whole[keyPath: path]) }
    }

    /// Bytes that only grow: of those that an older state has, too, only the end is new.
    public init(grown path: any WritableKeyPath<State, [UInt8]> & Sendable) {
        leaveOut = { part, old in
            part[keyPath: path].removeFirst(min(part[keyPath: path].count, old[keyPath: path].count))
        }
        complete = { part, whole in part[keyPath: path] = whole[keyPath: path] }
    }

    /// A store whose entries have stores themselves.
    ///
    /// - Parameter isSame: Whether an entry is left out for being as the older one, second, has it.
    public init<Key, Entry: IncrementalState>(
        each path: any WritableKeyPath<State, SortedMap<Key, Entry>> & Sendable,
        unless isSame: @escaping @Sendable (Entry, Entry) -> Bool = { $0 == $1 }
    ) {
        leaveOut = { part, old in
            part[keyPath: path] = part[keyPath: path].changed(since: old[keyPath: path], isSame: isSame) {
                $0.changed(since: $1)
            }
        }
        complete = { part, whole in
            part[keyPath: path].complete(from: whole[keyPath: path]) { $0.complete(from: $1) }
        }
    }
}

extension SortedMap: IncrementalState where Value: Equatable {
    /// The entries that an older map does not have, or has with another value.
    @inlinable
    public func changed(since old: SortedMap) -> SortedMap { changed(since: old) { new, _ in new } }

    @inlinable
    public mutating func complete(from whole: SortedMap) { complete(from: whole) { _, _ in } }

    /// The entries that an older map does not have, and those that it has with another value, each as what is given
    /// for the new value and the old one.
    @inlinable
    public func changed(
        since old: SortedMap, isSame: (Value, Value) -> Bool = { $0 == $1 }, _ change: (Value, Value) -> Value
    ) -> SortedMap {
        var part = SortedMap()
        let keysAreSame = storedKeys.isSameArray(as: old.storedKeys)
        guard !keysAreSame || !storedValues.isSameArray(as: old.storedValues) else { return part }
        var oldPlace = 0
        for place in storedKeys.indices {
            if keysAreSame {
                oldPlace = place
            } else {
                while oldPlace < old.count, old.storedKeys[oldPlace] < storedKeys[place] { oldPlace += 1 }
            }
            if oldPlace < old.count, keysAreSame || old.storedKeys[oldPlace] == storedKeys[place] {
                guard !isSame(storedValues[place], old.storedValues[oldPlace]) else { continue }
                part.storedValues.append(change(storedValues[place], old.storedValues[oldPlace]))
            } else {
                part.storedValues.append(storedValues[place])
            }
            part.storedKeys.append(storedKeys[place])
        }
        return part
    }

    /// Takes the whole's entries for those that are not here; those in both are completed by what is given.
    @inlinable
    public mutating func complete(from whole: SortedMap, _ change: (inout Value, Value) -> Void) {
        let part = self
        self = whole
        var place = 0
        for (key, value) in part {
            // Neighbours in the part are mostly neighbours in the whole.
            if place == count || storedKeys[place] != key { place = insertionPoint(of: key) }
            if place < count, storedKeys[place] == key {
                var value = value
                change(&value, storedValues[place])
                storedValues[place] = value
            } else {
                storedKeys.insert(key, at: place)
                storedValues.insert(value, at: place)
            }
            place += 1
        }
    }
}
