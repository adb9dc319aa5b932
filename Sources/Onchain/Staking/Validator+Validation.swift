import Keys
public import Shannon

extension Validator {
    /// The account that holds its tokens.
    var pool: ModuleAccount { isBonded ? .bondedPool : .notBondedPool }

    /// Refuses tokens that are negative or do not cover the delegations, and a commission that is no rate.
    public func validate() throws(ChainError) {
        guard accountAddress.isValid else {
            throw .sdk(
                .invalidAddress, "expected the bech32 address of a validator's account, found \"\(accountAddress)\"")
        }
        guard bondedTokens >= 0 else {
            throw .sdk(.invalidCoins, "validator \(accountAddress): expected 0 tokens or more, found \(bondedTokens)")
        }
        var delegated: Int64 = 0
        for (delegator, tokens) in delegations {
            guard delegator.isValid, tokens >= 0 else {
                throw .sdk(
                    .invalidCoins,
                    "validator \(accountAddress): expected an address with 0 tokens or more, "
                        + "found \"\(delegator)\" with \(tokens)")
            }
            delegated = delegated.addingReportingOverflow(tokens).overflow ? .max : delegated + tokens
        }
        guard delegated <= bondedTokens else {
            throw .sdk(
                .invalidCoins,
                "validator \(accountAddress): expected delegations of at most \(bondedTokens), found \(delegated)")
        }
        guard let rate = Rational(decimalText: commissionRate), rate >= .zero, rate <= .one else {
            throw .sdk(
                .invalidRequest,
                "validator \(accountAddress): expected a commission of 0 … 1, found \"\(commissionRate)\"")
        }
    }
}
