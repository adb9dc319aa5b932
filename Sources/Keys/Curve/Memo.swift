import Dispatch
import Synchronization

/// A bounded memory of a pure function's results, safe to share between threads.
///
/// It changes how long an answer takes, never the answer; when it is full it forgets everything. Whoever asks for what
/// another thread is computing waits for it.
final class Memo<Value: Sendable>: Sendable {
    private enum Entry {
        case known(Value)
        case underWay(DispatchGroup)
    }

    private let limit: Int
    private let entries = Mutex<[Bytes: Entry]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// The value of a key; nil, and not remembered, when it cannot be computed.
    func value(for key: Bytes, orCompute compute: () -> Value?) -> Value? {
        let (entry, isMine) = entries.withLock { entries -> (Entry, Bool) in
            if let entry = entries[key] { return (entry, false) }
            if entries.count >= limit { entries.removeAll(keepingCapacity: true) }
            let mine = DispatchGroup()
            mine.enter()
            entries[key] = .underWay(mine)
            return (.underWay(mine), true)
        }
        switch entry {
        case .known(let value): return value
        case .underWay(let group) where isMine:
            let value = compute()
            entries.withLock { $0[key] = value.map(Entry.known) }
            group.leave()
            return value
        case .underWay(let group):
            group.wait()
            return entries.withLock { if case .known(let value) = $0[key] { value } else { nil } } ?? compute()
        }
    }
}
