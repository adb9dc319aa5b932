import Keys
import Shannon

extension Chain {
    /// What is wrong with balances and supply; empty when all is well.
    public func bankViolations() -> [InvariantViolation] {
        violationsOfB1() + violationsOfB2() + violationsOfB3() + violationsOfB4()
    }

    /// B1: all balances together are the supply.
    func violationsOfB1() -> [InvariantViolation] {
        let total = bank.balances.values.reduce(Int128(0)) { $0 + Int128($1) }
        guard total != Int128(bank.supply) else { return [] }
        return [
            InvariantViolation(
                id: "B1", statement: "the sum of all balances is the total supply",
                message: "expected balances of \(bank.supply)upokt together, found \(total)upokt")
        ]
    }

    /// B2: the supply changed by nothing but mints and burns that have a reason.
    func violationsOfB2() -> [InvariantViolation] {
        let minted = bank.minted.values.reduce(Int128(0)) { $0 + Int128($1) }
        let burned = bank.burned.values.reduce(Int128(0)) { $0 + Int128($1) }
        let expected = Int128(bank.genesisSupply) + minted - burned
        guard expected != Int128(bank.supply) else { return [] }
        return [
            InvariantViolation(
                id: "B2", statement: "the supply is that of genesis plus what was minted less what was burned",
                message: "expected \(bank.genesisSupply) + \(minted) - \(burned) = \(expected)upokt, "
                    + "found \(bank.supply)upokt")
        ]
    }

    /// B3: nothing is negative.
    func violationsOfB3() -> [InvariantViolation] {
        var found: [String] = []
        if bank.supply < 0 { found.append("a supply of \(bank.supply)upokt") }
        for (address, balance) in bank.balances where balance < 0 {
            found.append("a balance of \(balance)upokt at \(address)")
        }
        for actor in application.applications.values where actor.stake.amount < 0 {
            found.append("a stake of \(actor.stake) of application \(actor.address)")
        }
        for actor in supplier.suppliers.values where actor.stake.amount < 0 {
            found.append("a stake of \(actor.stake) of supplier \(actor.operatorAddress)")
        }
        for actor in gateway.gateways.values where actor.stake.amount < 0 {
            found.append("a stake of \(actor.stake) of gateway \(actor.address)")
        }
        return found.map {
            InvariantViolation(
                id: "B3", statement: "no balance, stake or supply is negative",
                message: "expected 0upokt or more, found \($0)")
        }
    }

    /// B4: a module's account holds the stakes entrusted to it and the fees that stay there, nothing else.
    func violationsOfB4() -> [InvariantViolation] {
        let held: KeyValuePairs<ModuleAccount, Int128> = [
            .application: application.applications.values.reduce(0) { $0 + Int128($1.stake.amount) },
            .supplier: supplier.suppliers.values.reduce(0) { $0 + Int128($1.stake.amount) },
            .gateway: gateway.gateways.values.reduce(0) { $0 + Int128($1.stake.amount) },
            .bondedPool: bondedTokens(true),
            .notBondedPool: bondedTokens(false),
            .service: 0, .session: 0, .proof: 0, .tokenomics: 0, .migration: 0,
        ]
        return held.compactMap { module, stakes in
            let kept = bank.feesKept[module.rawValue] ?? 0
            let balance = bank.balance(of: module)
            guard Int128(balance) != stakes + Int128(kept) else { return nil }
            return InvariantViolation(
                id: "B4", statement: "a module's account holds the stakes entrusted to it and the fees that stay there",
                message: "\(module.rawValue): expected stakes of \(stakes) and fees of \(kept)upokt, "
                    + "found \(balance)upokt")
        }
    }

    private func bondedTokens(_ isBonded: Bool) -> Int128 {
        staking.validators.values.reduce(0) { $0 + ($1.isBonded == isBonded ? Int128($1.bondedTokens) : 0) }
    }
}
