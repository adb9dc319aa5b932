import BigInt
import Shannon

/// New coins by who gets them (`x/tokenomics/token_logic_module/distribution.go`); all in upokt.
struct MintSplit: Hashable, Sendable {
    let supplier: Int64
    let proposer: Int64
    let sourceOwner: Int64
    let application: Int64
    /// What the others leave: its share and what rounding left.
    let dao: Int64

    /// Splits an amount; each share is read as its shortest decimal text and rounded down.
    ///
    /// Throws `ErrTokenomicsConstraint` for shares that together exceed the amount.
    init(_ amount: Int64, by allocation: MintAllocation) throws(ChainError) {
        func part(_ share: Double) -> Int64 {
            Int64(clamping: (Rational(amount) * Rational(decimalTextOf: share)).floor)
        }
        (supplier, proposer) = (part(allocation.supplier), part(allocation.proposer))
        (sourceOwner, application) = (part(allocation.sourceOwner), part(allocation.application))
        let shared = try supplier.adding(proposer).adding(sourceOwner).adding(application)
        guard shared <= amount else {
            throw .tokenomics(.constraint, "expected shares of at most \(amount)upokt, found \(shared)upokt")
        }
        dao = amount - shared
    }
}
