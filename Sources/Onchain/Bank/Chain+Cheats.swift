public import Keys
public import Shannon

/// Changes behind the protocol's back, for scenarios: what they take is minted or burned, so that every sum stays right.
extension Chain {
    /// The reason of what scenarios mint and burn.
    static let cheatReason = "cheat"

    /// Gives an account exactly so many upokt; throws for a negative amount or one beyond the range.
    public mutating func cheat(balance amount: Int64, of address: Address) throws(ChainError) {
        let (difference, overflow) = amount.subtractingReportingOverflow(balance(of: address))
        guard amount >= 0, !overflow else {
            throw .sdk(.invalidCoins, "expected an amount of 0upokt or more, found \(amount)upokt")
        }
        if difference > 0 {
            try bank.mint(difference, to: .tokenomics, reason: Chain.cheatReason)
            try bank.send(difference, from: .tokenomics, to: address)
        } else {
            try bank.send(-difference, from: address, to: .tokenomics)
            try bank.burn(-difference, from: .tokenomics, reason: Chain.cheatReason)
        }
    }

    /// Gives a staked actor exactly so many upokt of stake; throws when none is staked at the address.
    public mutating func cheat(stake amount: Int64, of address: Address) throws(ChainError) {
        guard amount >= 0 else {
            throw .sdk(.invalidCoins, "expected a stake of 0upokt or more, found \(amount)upokt")
        }
        if let actor = application(address) {
            try escrow(amount, instead: actor.stake.amount, in: .application)
            application.applications[address]?.stake = .upokt(amount)
        } else if let actor = supplier(address) {
            try escrow(amount, instead: actor.stake.amount, in: .supplier)
            supplier.suppliers[address]?.stake = .upokt(amount)
        } else if let actor = gateway(address) {
            try escrow(amount, instead: actor.stake.amount, in: .gateway)
            gateway.gateways[address]?.stake = .upokt(amount)
        } else {
            throw .sdk(.unknownAddress, "expected an application, supplier or gateway staked at \(address), found none")
        }
    }

    private mutating func escrow(
        _ amount: Int64, instead before: Int64, in module: ModuleAccount
    ) throws(ChainError) {
        if amount > before {
            try bank.mint(amount - before, to: module, reason: Chain.cheatReason)
        } else {
            try bank.burn(before - amount, from: module, reason: Chain.cheatReason)
        }
    }
}
