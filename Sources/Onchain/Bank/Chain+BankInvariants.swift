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
    ///
    /// A reason is one of settlement's, or that of a scenario's cheat.
    func violationsOfB2() -> [InvariantViolation] {
        let minted = bank.minted.values.reduce(Int128(0)) { $0 + Int128($1) }
        let burned = bank.burned.values.reduce(Int128(0)) { $0 + Int128($1) }
        let expected = Int128(bank.genesisSupply) + minted - burned
        var found: [String] = []
        if expected != Int128(bank.supply) {
            found.append(
                "expected \(bank.genesisSupply) + \(minted) - \(burned) = \(expected)upokt, found \(bank.supply)upokt")
        }
        for (done, totals) in [("minted", bank.minted), ("burned", bank.burned)] {
            for (reason, total) in totals where total < 0 || !isReason(reason) {
                found.append("expected a reason for what was \(done), found \(total)upokt for \"\(reason)\"")
            }
        }
        return violations("B2", "the supply is that of genesis plus what was minted less what was burned", found)
    }

    private func isReason(_ text: String) -> Bool {
        text == Chain.cheatReason || OpReason(name: text).map { $0 != .unspecified } ?? false
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
        for validator in staking.validators.values {
            let tokens = validator.delegations.values + [validator.bondedTokens]
            for amount in tokens where amount < 0 {
                found.append("a stake of \(amount)upokt with validator \(validator.accountAddress)")
            }
        }
        return violations(
            "B3", "no balance, stake or supply is negative", found.map { "expected 0upokt or more, found \($0)" })
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
