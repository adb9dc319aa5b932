import Keys
public import Shannon

extension Chain {
    /// Runs a transaction at the current height: all of its messages succeed, or none has an effect.
    ///
    /// A transaction that is not admitted (wrong signature, sequence, signer or timeout) leaves no trace. One that is
    /// admitted and fails still uses up its sequence number and records its key, as the SDK's ante handler does.
    public mutating func deliver(_ transaction: Transaction) -> TransactionResult {
        let hash = transaction.hash
        do throws(ChainError) {
            try admit(transaction)
            let events = try execute(transaction.messages)
            return TransactionResult(transactionHash: hash, height: height, error: nil, events: events)
        } catch {
            return TransactionResult(transactionHash: hash, height: height, error: error, events: [])
        }
    }

    /// Checks everything about a transaction except what its messages ask for, and notes that it was sent.
    private mutating func admit(_ transaction: Transaction) throws(ChainError) {
        let signer = transaction.publicKey.address
        guard !transaction.messages.isEmpty else {
            throw .sdk(.invalidRequest, "expected at least one message, found none")
        }
        guard transaction.timeoutHeight == 0 || height <= transaction.timeoutHeight else {
            throw .sdk(
                .txTimeoutHeight,
                "expected inclusion up to height \(transaction.timeoutHeight), found height \(height)")
        }
        guard auth.accounts.contains(signer) || bank.balance(of: signer) > 0 else {
            throw .sdk(.unknownAddress, "expected \(signer) to be an account, found none; send it coins first")
        }
        let sequence = sequence(of: signer)
        guard transaction.sequence == sequence else {
            throw .sdk(.wrongSequence, "\(signer): expected sequence \(sequence), found \(transaction.sequence)")
        }
        for message in transaction.messages { try checkSigner(transaction.publicKey, signer, of: message) }
        guard transaction.hasValidSignature(chainID: chainID) else {
            throw .sdk(.unauthorized, "expected the signature of \(signer) for chain \(chainID), found another")
        }
        let account = AuthState.Account(publicKey: transaction.publicKey, sequence: sequence + 1)
        auth.accounts[signer] = account
    }

    /// Governance messages have no signer of their own: the holders of the genesis' governance keys send them.
    private func checkSigner(_ key: PublicKey, _ signer: Address, of message: Message) throws(ChainError) {
        if let expected = message.signer {
            guard expected == signer else {
                throw .sdk(.unauthorized, "expected a transaction of \(expected), found one of \(signer)")
            }
        } else if !governanceKeys.contains(key) {
            throw .sdk(.unauthorized, "expected a transaction of a governance key, found one of \(signer)")
        }
    }

    /// Runs messages in order and returns their events, or undoes them all.
    ///
    /// A handler checks before it changes anything, so a single message needs no copy of the state to go back to.
    private mutating func execute(_ messages: [Message]) throws(ChainError) -> [Event] {
        let outer = pendingEvents
        pendingEvents = []
        let saved = messages.count > 1 ? self : nil
        do throws(ChainError) {
            for message in messages { try handle(message) }
        } catch {
            if let saved { self = saved }
            pendingEvents = outer
            throw error
        }
        defer { pendingEvents = outer }
        return pendingEvents
    }

    private mutating func handle(_ message: Message) throws(ChainError) {
        switch message {
        case .send(let message): try send(message)
        case .stakeApplication(let message): try stakeApplication(message)
        case .unstakeApplication(let message): try unstakeApplication(message)
        case .delegateToGateway(let message): try delegateToGateway(message)
        case .undelegateFromGateway(let message): try undelegateFromGateway(message)
        case .transferApplication(let message): try transferApplication(message)
        case .stakeGateway(let message): try stakeGateway(message)
        case .unstakeGateway(let message): try unstakeGateway(message)
        case .updateGatewayMetadata(let message): try updateGatewayMetadata(message)
        case .stakeSupplier(let message): try stakeSupplier(message)
        case .unstakeSupplier(let message): try unstakeSupplier(message)
        case .addService(let message): try addService(message)
        case .transferService(let message): try transferService(message)
        case .createClaim(let message): try createClaim(message)
        case .submitProof(let message): try submitProof(message)
        case .updateParams(let message): try updateParams(message)
        case .updateParam(let message): try updateParam(message)
        case .delegate(let message): try delegate(message)
        }
    }
}
