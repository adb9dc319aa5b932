import Keys
import Shannon

/// Mints, burns and transfers of all claims of a block, added up by parties and reason
/// (`x/tokenomics/keeper/settle_pending_claims_aggregation.go`).
struct SettlementOperations: Hashable, Sendable {
    /// The classes in the order in which they are executed.
    enum Class: Int, Hashable, Comparable, CaseIterable, Sendable {
        case mint, moduleToModule, moduleToAccount, burn

        static func < (left: Class, right: Class) -> Bool { left.rawValue < right.rawValue }

        /// As `SettlementBatch` names it.
        var name: String {
            switch self {
            case .mint: "mint"
            case .moduleToModule: "mod_to_mod"
            case .moduleToAccount: "mod_to_acct"
            case .burn: "burn"
            }
        }
    }

    /// One operation; a mint or burn has its module as both parties.
    struct Operation: Hashable, Sendable {
        let kind: Class
        /// The module that mints, burns or pays.
        let module: ModuleAccount
        /// The module or account that is paid.
        let recipient: Recipient
        let reason: OpReason
        /// In upokt.
        let amount: Int64

        var isTransfer: Bool { kind == .moduleToModule || kind == .moduleToAccount }
    }

    /// Who is paid.
    enum Recipient: Hashable, Sendable {
        case module(ModuleAccount)
        case account(Address)

        var text: String {
            switch self {
            case .module(let module): module.rawValue
            case .account(let address): address.rawValue
            }
        }
    }

    /// All operations of the same kind, parties and reason.
    struct Batch: Hashable, Sendable {
        let operation: Operation
        /// In upokt.
        var total: Int64
        /// How many operations were added up.
        var count: Int64
    }

    /// One claim's operations, in the order in which they were queued.
    private(set) var queue: [Operation] = []

    mutating func mint(_ amount: Int64, to module: ModuleAccount, _ reason: OpReason) {
        append(.mint, module, .module(module), reason, amount)
    }

    mutating func burn(_ amount: Int64, from module: ModuleAccount, _ reason: OpReason) {
        append(.burn, module, .module(module), reason, amount)
    }

    mutating func send(_ amount: Int64, from module: ModuleAccount, to other: ModuleAccount, _ reason: OpReason) {
        append(.moduleToModule, module, .module(other), reason, amount)
    }

    mutating func pay(_ amount: Int64, from module: ModuleAccount, to account: Address, _ reason: OpReason) {
        append(.moduleToAccount, module, .account(account), reason, amount)
    }

    mutating func append(contentsOf other: SettlementOperations) { queue += other.queue }

    private mutating func append(
        _ kind: Class, _ module: ModuleAccount, _ recipient: Recipient, _ reason: OpReason, _ amount: Int64
    ) {
        queue.append(Operation(kind: kind, module: module, recipient: recipient, reason: reason, amount: amount))
    }

    /// What makes operations one batch.
    private struct Group: Hashable {
        let kind: Class
        let module: ModuleAccount
        let recipient: Recipient
        let reason: OpReason

        init(_ operation: Operation) {
            (kind, module) = (operation.kind, operation.module)
            (recipient, reason) = (operation.recipient, operation.reason)
        }
    }

    /// Upstream's key of a batch as text, by which each class is sorted.
    private struct Key: Comparable {
        let kind: Class
        let text: String

        init(_ operation: Operation) {
            kind = operation.kind
            var parts = [operation.module.rawValue]
            if operation.isTransfer { parts.append(operation.recipient.text) }
            text = (parts + ["\(operation.reason.rawValue)"]).joined(separator: "|")
        }

        static func < (left: Key, right: Key) -> Bool {
            left.kind != right.kind ? left.kind < right.kind : left.text < right.text
        }
    }

    /// The sums, by class, each class by its key as text; zero amounts count for nothing.
    ///
    /// Throws `ErrTokenomicsSettlementInternal` for an operation without a reason, and for a sum that is too large.
    func batches() throws(ChainError) -> [Batch] {
        var places: [Group: Int] = [:]
        var batches: [Batch] = []
        for operation in queue {
            guard operation.reason != .unspecified else {
                throw .tokenomics(.settlementInternal, "expected a reason of a \(operation.kind.name), found none")
            }
            guard operation.amount != 0 else { continue }
            let group = Group(operation)
            if let place = places[group] {
                batches[place].total = try batches[place].total.adding(operation.amount)
                batches[place].count += 1
            } else {
                places[group] = batches.count
                batches.append(Batch(operation: operation, total: operation.amount, count: 1))
            }
        }
        return batches.map { (key: Key($0.operation), batch: $0) }.sorted { $0.key < $1.key }.map(\.batch)
    }
}

extension Int64 {
    /// The sum; throws `ErrTokenomicsSettlementInternal` when it is beyond 64 bits.
    func adding(_ other: Int64) throws(ChainError) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard !overflow else {
            throw .tokenomics(.settlementInternal, "expected at most \(Int64.max)upokt, found \(self) + \(other)")
        }
        return sum
    }
}
