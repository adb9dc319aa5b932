import BigInt
import Keys
import Shannon

/// How a pool of rewards is shared among validators and those who delegate to them
/// (`x/tokenomics/token_logic_module/distribution_validator.go`). All in upokt.
struct ValidatorRewards: Hashable, Sendable {
    /// One validator's part of the pool and what becomes of it.
    struct Part: Hashable, Sendable {
        let validator: Validator
        let poolShare: Int64
        let commission: Int64
        /// What the validator gets for its own tokens.
        var selfDelegation: Int64 = 0
        /// What all others get.
        var delegators: Int64 = 0
        /// All delegated tokens, the validator's own included.
        var totalDelegatedStake: Int64 = 0
        /// How many others have delegated.
        var numDelegators: Int64 = 0
    }

    /// By the validators' addresses; one that gets nothing of the pool has none.
    private(set) var parts: [Part] = []
    /// What each account gets from all validators together.
    private(set) var payments = SortedMap<Address, Int64>()

    /// Shares a pool among bonded validators by their tokens; nobody gets anything when nothing is bonded.
    init(pool: Int64, validators: [Validator]) {
        let bonded = validators.filter(\.isBonded).sorted { $0.accountAddress < $1.accountAddress }
        guard pool > 0, let shares = LargestRemainder.shares(of: pool, weights: bonded.map(\.bondedTokens))
        else { return }
        for (validator, share) in zip(bonded, shares) { distribute(share, to: validator) }
    }

    private mutating func distribute(_ share: Int64, to validator: Validator) {
        guard share > 0 else { return }
        let own = validator.accountAddress
        let commission = Int64(clamping: (Rational(share) * validator.rate).floor)
        var part = Part(validator: validator, poolShare: share, commission: commission)
        defer { parts.append(part) }
        pay(commission, to: own)
        let rest = share - commission
        guard rest > 0 else { return }
        guard let rewards = LargestRemainder.shares(of: rest, weights: validator.delegations.values) else {
            part.selfDelegation = rest
            return pay(rest, to: own)
        }
        for ((delegator, tokens), reward) in zip(validator.delegations, rewards) where tokens > 0 {
            pay(reward, to: delegator)
            part.totalDelegatedStake = Int64(clamping: BigInt(part.totalDelegatedStake) + BigInt(tokens))
            if delegator == own {
                part.selfDelegation = reward
            } else {
                part.delegators += reward
                part.numDelegators += 1
            }
        }
    }

    /// Payments are parts of the pool, so their sums cannot exceed it.
    private mutating func pay(_ amount: Int64, to account: Address) {
        if amount > 0 { payments[account, default: 0] += amount }
    }
}

extension Validator {
    /// The commission as a number from 0 to 1.
    var rate: Rational { min(.one, max(.zero, Rational(decimalText: commissionRate) ?? .zero)) }
}
