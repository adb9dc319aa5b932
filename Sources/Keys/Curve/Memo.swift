import Synchronization

/// A bounded memory of a pure function's results, safe to share between threads.
///
/// It changes how long an answer takes, never the answer; when it is full it forgets everything.
final class Memo<Value: Sendable>: Sendable {
    private let limit: Int
    private let known = Mutex<[Bytes: Value]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    func value(for key: Bytes, orCompute compute: () -> Value?) -> Value? {
        if let value = known.withLock({ $0[key] }) { return value }
        guard let value = compute() else { return nil }
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            known[key] = value
        }
        return value
    }
}
