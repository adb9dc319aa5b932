import Keys
import Shannon

/// What settling one claim brings about, before any of it is executed (`x/tokenomics/types/settlement_result.go`).
struct ClaimOutcome: Sendable {
    /// The application as it is charged.
    var application: Application
    /// What was charged for the claim itself, in upokt.
    var settled: Int64 = 0
    var operations = SettlementOperations()
    /// What goes to validators once the block's claims are added up, by the number of the reason.
    var proposerShares = SortedMap<Int64, Int64>()
    /// In the order in which upstream emits them.
    var events: [Event] = []

    init(application: Application) { self.application = application }

    /// Payments to accounts in the order in which they were queued.
    var payments: [SettlementOperations.Operation] {
        operations.queue.filter { $0.kind == .moduleToAccount && $0.amount > 0 }
    }

    /// Takes a charge from the application's stake.
    mutating func charge(_ amount: Int64) throws(ChainError) {
        guard amount >= 0, amount <= application.stake.amount else {
            throw .tokenomics(
                .applicationNewStakeInvalid,
                "application \(application.address): expected a charge of at most \(application.stake), "
                    + "found \(amount)upokt")
        }
        application.stake.amount -= amount
    }
}
