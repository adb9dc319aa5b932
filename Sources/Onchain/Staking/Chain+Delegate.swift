import Keys
import Shannon

extension Chain {
    /// Bonds an account's coins with a validator, whose weight and whose rewards' division they change from the next
    /// settlement on (Cosmos `x/staking/keeper/msg_server.go`).
    ///
    /// Rewards are paid out at each settlement (`x/tokenomics/token_logic_module/distribution_validator.go`), so there
    /// is nothing to withdraw. What is bonded stays bonded.
    mutating func delegate(_ message: MsgDelegate) throws(ChainError) {
        for address in [message.delegatorAddress, message.validatorAddress] where !address.isValid {
            throw .sdk(.invalidAddress, "expected a bech32 address, found \"\(address)\"")
        }
        guard message.amount.isPositiveUpokt else {
            throw .sdk(.invalidRequest, "expected a positive amount of \(Coin.upoktDenom), found \(message.amount)")
        }
        guard var validator = staking.validators[message.validatorAddress] else {
            throw .staking(.noValidatorFound, "expected a validator \(message.validatorAddress), found none")
        }
        let amount = message.amount.amount
        validator.bondedTokens = try validator.bondedTokens.adding(amount)
        let delegated = validator.delegations[message.delegatorAddress] ?? 0
        validator.delegations[message.delegatorAddress] = try delegated.adding(amount)
        try bank.send(amount, from: message.delegatorAddress, to: validator.pool)
        staking.validators[message.validatorAddress] = validator
    }
}
