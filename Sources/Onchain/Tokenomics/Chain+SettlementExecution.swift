import Keys
import Shannon

extension Chain {
    /// Shares the proposers' part of all claims among validators, once for each reason
    /// (`x/tokenomics/token_logic_module/distribution_validator.go`).
    ///
    /// Without bonded validators the coins stay in the tokenomics module.
    func validatorRewards(of pool: Int64) -> ValidatorRewards {
        ValidatorRewards(pool: pool, validators: staking.validators.values)
    }

    /// Queues what validators and delegators get, in address order.
    mutating func distributeProposerPools(
        of settlement: inout Settlement, sessionEnd: Height
    ) throws(ChainError) {
        for (number, pool) in settlement.proposerPools {
            guard let reason = OpReason(rawValue: number) else { continue }
            let rewards = validatorRewards(of: pool)
            if rewards.payments.isEmpty { settlement.unclaimed = try settlement.unclaimed.adding(pool) }
            for part in rewards.parts { emit(.validatorReward(part, reason: reason, sessionEnd: sessionEnd)) }
            for (account, amount) in rewards.payments {
                let isValidator = staking.validators[account]?.isBonded ?? false
                settlement.operations.pay(
                    amount, from: .tokenomics, to: account, isValidator ? reason : reason.forDelegators)
            }
        }
    }

    /// Executes mints, transfers between modules, payments and burns, in this order, each sum at once
    /// (`x/tokenomics/keeper/settle_pending_claims_aggregation.go`).
    mutating func execute(_ operations: SettlementOperations, sessionEnd: Height) throws(ChainError) {
        for batch in try operations.batches() {
            let operation = batch.operation
            switch (operation.kind, operation.recipient) {
            case (.mint, _):
                try bank.mint(batch.total, to: operation.module, reason: operation.reason.name)
            case (.burn, _):
                try bank.burn(batch.total, from: operation.module, reason: operation.reason.name)
            case (_, .module(let recipient)):
                try bank.send(batch.total, from: operation.module, to: recipient)
            case (_, .account(let recipient)):
                if let module = ModuleAccount(address: recipient) {
                    // A shareholder may be a module, the paying one too: its part stays there for good.
                    try bank.payFee(batch.total, from: operation.module.address, to: module)
                } else {
                    try bank.send(batch.total, from: operation.module, to: recipient)
                }
            }
            emit(.settlementBatch(batch, sessionEnd: sessionEnd))
        }
    }
}
