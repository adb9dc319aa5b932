import Shannon

extension Chain {
    /// The chain with only those entries of its stores that an older one does not have as they are; all else is whole.
    public func changed(since old: Chain) -> Chain {
        var part = self
        part.auth.accounts = auth.accounts.changed(since: old.auth.accounts)
        part.bank.balances = bank.balances.changed(since: old.bank.balances)
        part.session.blockHashes = session.blockHashes.changed(since: old.session.blockHashes)
        part.service = service.changed(since: old.service)
        part.gateway.gateways = gateway.gateways.changed(since: old.gateway.gateways)
        part.application.applications = application.applications.changed(since: old.application.applications)
        part.supplier.suppliers = supplier.suppliers.changed(since: old.supplier.suppliers)
        part.supplier.serviceIndex = supplier.serviceIndex.changed(since: old.supplier.serviceIndex)
        part.proof.claims = proof.claims.changed(since: old.proof.claims)
        part.proof.claimEnds = proof.claimEnds.changed(since: old.proof.claimEnds)
        part.proof.proofs = proof.proofs.changed(since: old.proof.proofs)
        part.staking.validators = staking.validators.changed(since: old.staking.validators)
        return part
    }
}

extension ServiceState {
    fileprivate func changed(since old: ServiceState) -> ServiceState {
        var part = self
        part.services = services.changed(since: old.services)
        part.computeUnitsHistory = computeUnitsHistory.changed(since: old.computeUnitsHistory) {
            $0.changed(since: $1)
        }
        part.difficulties = difficulties.changed(since: old.difficulties)
        part.difficultyHistory = difficultyHistory.changed(since: old.difficultyHistory) { $0.changed(since: $1) }
        return part
    }
}
