public import Keys
import Shannon

/// Transfers, mints and burns: the only ways in which balances change.
///
/// Amounts are upokt. Zero amounts do nothing; a negative amount, an overdraft or an overflow is refused before
/// anything changes.
extension BankState {
    /// The balance of an account, 0 when it has none.
    public func balance(of address: Address) -> Int64 { balances[address] ?? 0 }

    /// The balance of a module's account.
    public func balance(of module: ModuleAccount) -> Int64 { balance(of: module.address) }

    /// Moves an amount; throws `ErrInsufficientFunds` when the sender does not have it.
    mutating func send(_ amount: Int64, from sender: Address, to recipient: Address) throws(ChainError) {
        guard try isWorthMoving(amount) else { return }
        let before = try balance(of: sender, covering: amount)
        guard sender != recipient else { return }
        let after = try sum(balance(of: recipient), amount)
        set(before - amount, of: sender)
        set(after, of: recipient)
    }

    /// Pays an amount out of a module's account; what another module's account is paid stays there, like a fee.
    mutating func send(_ amount: Int64, from module: ModuleAccount, to recipient: Address) throws(ChainError) {
        if let other = ModuleAccount(address: recipient), other != module {
            try payFee(amount, from: module.address, to: other)
        } else {
            try send(amount, from: module.address, to: recipient)
        }
    }

    /// Gives a stake back; throws for an account that may not receive funds, as the SDK does. Nothing is nothing to give.
    mutating func release(_ amount: Int64, from module: ModuleAccount, to recipient: Address) throws(ChainError) {
        guard amount != 0 else { return }
        if let other = ModuleAccount(address: recipient), ModuleAccount.blockedRecipients.contains(other) {
            throw .sdk(.unauthorized, "expected a recipient that may receive funds, found module \(other.rawValue)")
        }
        try send(amount, from: module, to: recipient)
    }

    /// Moves an amount into a module's account.
    mutating func send(_ amount: Int64, from sender: Address, to module: ModuleAccount) throws(ChainError) {
        try send(amount, from: sender, to: module.address)
    }

    /// Moves an amount between modules' accounts.
    mutating func send(_ amount: Int64, from module: ModuleAccount, to other: ModuleAccount) throws(ChainError) {
        try send(amount, from: module.address, to: other.address)
    }

    /// Creates an amount in a module's account, for a reason that invariant B2 keeps account of.
    mutating func mint(_ amount: Int64, to module: ModuleAccount, reason: String) throws(ChainError) {
        guard try isWorthMoving(amount) else { return }
        let newSupply = try sum(supply, amount)
        let balance = try sum(balance(of: module), amount)
        let total = try sum(minted[reason] ?? 0, amount)
        supply = newSupply
        set(balance, of: module.address)
        minted[reason] = total
    }

    /// Destroys an amount of a module's account, for a reason that invariant B2 keeps account of.
    mutating func burn(_ amount: Int64, from module: ModuleAccount, reason: String) throws(ChainError) {
        guard try isWorthMoving(amount) else { return }
        let before = try balance(of: module.address, covering: amount)
        let total = try sum(burned[reason] ?? 0, amount)
        supply -= amount
        set(before - amount, of: module.address)
        burned[reason] = total
    }

    /// Moves a fee or gift into a module's account, where it stays; invariant B4 counts it there.
    mutating func payFee(_ amount: Int64, from sender: Address, to module: ModuleAccount) throws(ChainError) {
        let total = try sum(feesKept[module.rawValue] ?? 0, max(0, amount))
        try send(amount, from: sender, to: module.address)
        if amount > 0 { feesKept[module.rawValue] = total }
    }

    /// Accounts for coins that stay in a module's account though nobody claims them any more: the stake of an actor that
    /// could not be paid, rewards that nobody may have. Invariant B4 counts them.
    mutating func keepUnclaimed(_ amount: Int64, in module: ModuleAccount) {
        feesKept[module.rawValue, default: 0] += amount
    }

    /// Gives an account coins that existed before the first block.
    mutating func fund(_ address: Address, with amount: Int64) throws(ChainError) {
        guard try isWorthMoving(amount) else { return }
        let newSupply = try sum(supply, amount)
        set(try sum(balance(of: address), amount), of: address)
        supply = newSupply
        genesisSupply = newSupply
    }

    private mutating func set(_ balance: Int64, of address: Address) {
        balances[address] = balance == 0 ? nil : balance
    }

    private func isWorthMoving(_ amount: Int64) throws(ChainError) -> Bool {
        guard amount >= 0 else {
            throw .sdk(.invalidCoins, "expected an amount of 0upokt or more, found \(amount)upokt")
        }
        return amount > 0
    }

    private func balance(of address: Address, covering amount: Int64) throws(ChainError) -> Int64 {
        let balance = balance(of: address)
        guard balance >= amount else {
            let owner = ModuleAccount(address: address)?.rawValue ?? address.rawValue
            throw .sdk(.insufficientFunds, "\(owner): expected at least \(amount)upokt, found \(balance)upokt")
        }
        return balance
    }

    private func sum(_ left: Int64, _ right: Int64) throws(ChainError) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        guard !overflow else { throw .sdk(.invalidCoins, "expected at most \(Int64.max)upokt, found a larger sum") }
        return sum
    }
}
