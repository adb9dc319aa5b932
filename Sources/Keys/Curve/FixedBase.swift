import Csecp256k1
import Synchronization

/// A point that is multiplied again and again, such as a ring member's: after many multiples it has a table of them.
///
/// The table holds every digit · 256^place · point, so a multiple is a sum of at most 32 of its entries, and takes less
/// than half the time. It changes how long an answer takes, never the answer. For public numbers only: what is looked up
/// shows in the time it takes.
final class FixedBase: Sendable {
    let point: Point

    private let state = Mutex(State.counting(0))

    private enum State {
        case counting(Int)
        case building
        case ready([secp256k1_pubkey])
        /// Too many others have a table, or the point is at infinity.
        case plain
    }

    /// A table takes as long to build as this many multiples save.
    static let usesBeforeTable = 1_500
    private static let tableLimit = 64
    private static let tables = Atomic<Int>(0)

    /// The points that were multiplied lately, by their 33 bytes: whoever asks for the same point shares its table.
    private static let known = Memo<FixedBase>(limit: 4_096)

    static let generator = FixedBase(Point.base(Scalar(reducing: Bytes(repeating: 0, count: 31) + [1])))

    init(_ point: Point) { self.point = point }

    deinit {
        state.withLock { if case .ready = $0 { Self.tables.subtract(1, ordering: .relaxed) } }
    }

    /// The base of a key's point; nil for a key that is none.
    static func of(_ key: PublicKey) -> FixedBase? {
        known.value(for: key.bytes) { key.point.map(FixedBase.init) }
    }

    /// first · left + second · right.
    static func sum(_ first: Scalar, _ left: FixedBase, _ second: Scalar, _ right: FixedBase) -> Point {
        guard let leftTable = left.table(), let rightTable = right.table() else {
            return left.multiple(first).plus(right.multiple(second))
        }
        return leftTable.withUnsafeBufferPointer { leftTable in
            rightTable.withUnsafeBufferPointer { rightTable in
                withUnsafeTemporaryAllocation(
                    of: UnsafePointer<secp256k1_pubkey>?.self, capacity: 2 * Scalar.byteCount
                ) { terms in
                    var count = 0
                    for (scalar, table) in [(first, leftTable), (second, rightTable)] {
                        for (place, digit) in scalar.bytes.reversed().enumerated() where digit > 0 {
                            terms[count] = table.baseAddress?.advanced(by: Self.index(place, Int(digit)))
                            count += 1
                        }
                    }
                    return Point(sumOf: UnsafeBufferPointer(rebasing: terms[..<count]))
                }
            }
        }
    }

    /// scalar · point without a table.
    private func multiple(_ scalar: Scalar) -> Point {
        self === Self.generator ? Point.base(scalar) : point.times(scalar)
    }

    private static func index(_ place: Int, _ digit: Int) -> Int { 255 * place + digit - 1 }

    /// The table, once there is one; the caller whose use makes it worth while builds it.
    private func table() -> [secp256k1_pubkey]? {
        let (table, mustBuild) = state.withLock { state -> ([secp256k1_pubkey]?, Bool) in
            switch state {
            case .ready(let table): return (table, false)
            case .building, .plain: return (nil, false)
            case .counting(let uses) where uses < Self.usesBeforeTable:
                state = .counting(uses + 1)
                return (nil, false)
            case .counting:
                state = .building
                return (nil, true)
            }
        }
        guard mustBuild else { return table }
        guard Self.tables.add(1, ordering: .relaxed).newValue <= Self.tableLimit, let built = point.digitMultiples()
        else {
            Self.tables.subtract(1, ordering: .relaxed)
            state.withLock { $0 = .plain }
            return nil
        }
        state.withLock { $0 = .ready(built) }
        return built
    }
}

extension Point {
    /// The sum of some points; infinity when there is none.
    fileprivate init(sumOf terms: UnsafeBufferPointer<UnsafePointer<secp256k1_pubkey>?>) {
        var sum = secp256k1_pubkey()
        guard let first = terms.baseAddress, !terms.isEmpty,
            secp256k1_ec_pubkey_combine(Curve.context, &sum, first, terms.count) == 1
        else {
            self.init(key: nil)
            return
        }
        self.init(key: sum)
    }

    /// digit · 256^place · self, for the digits 1 to 255 of the places 0 to 31 in turn; nil for infinity.
    fileprivate func digitMultiples() -> [secp256k1_pubkey]? {
        var table: [secp256k1_pubkey] = []
        table.reserveCapacity(255 * Scalar.byteCount)
        var unit = self
        for _ in 0..<Scalar.byteCount {
            var multiple = unit
            for _ in 1...255 {
                guard let key = multiple.key else { return nil }
                table.append(key)
                multiple = multiple.plus(unit)
            }
            unit = multiple
        }
        return table
    }
}
