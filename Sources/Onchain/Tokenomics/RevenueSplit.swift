import BigInt
import Keys
import Shannon

/// What each shareholder of a supplier gets (`x/tokenomics/token_logic_module/distribution_supplier.go`).
struct RevenueSplit: Hashable, Sendable {
    /// One shareholder's part, in upokt.
    struct Payment: Hashable, Sendable {
        let address: Address
        let amount: Int64
    }

    /// Why a list of shares cannot be followed.
    struct Fault: Error, Hashable, Sendable {
        /// What the percentages add up to.
        let observedSum: Int64
        let reason: String
    }

    /// By address.
    let payments: [Payment]

    /// Splits an amount by percentages, each rounded down; the first listed shareholder gets what is left.
    init(_ amount: Int64, among shares: [RevenueShare]) throws(Fault) {
        var byAddress = SortedMap<Address, Int64>()
        var (sum, left) = (UInt64(0), amount)
        for share in shares {
            sum = sum.addingReportingOverflow(share.percentage).overflow ? .max : sum + share.percentage
        }
        let observed = Int64(clamping: sum)
        guard let first = shares.first else { throw Fault(observedSum: 0, reason: "expected a share, found none") }
        guard sum == 100 else {
            throw Fault(observedSum: observed, reason: "expected shares of 100 percent together, found \(sum)")
        }
        for share in shares {
            guard !byAddress.contains(share.address) else {
                throw Fault(observedSum: observed, reason: "expected \(share.address) once, found it twice")
            }
            let part = Int64(clamping: BigInt(amount) * BigInt(share.percentage) / 100)
            byAddress[share.address] = part
            left -= part
        }
        byAddress.update(first.address) { $0 += left }
        payments = byAddress.map { Payment(address: $0.0, amount: $0.1) }
    }
}
