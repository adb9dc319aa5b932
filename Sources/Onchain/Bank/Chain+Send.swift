import Keys
import Shannon

extension Chain {
    /// Moves coins from one account to another (Cosmos `x/bank/keeper/msg_server.go`).
    mutating func send(_ message: MsgSend) throws(ChainError) {
        for address in [message.fromAddress, message.toAddress] where !address.isValid {
            throw .sdk(.invalidAddress, "expected a bech32 address, found \"\(address)\"")
        }
        guard message.amount.isPositiveUpokt else {
            throw .sdk(.invalidCoins, "expected a positive amount of \(Coin.upoktDenom), found \(message.amount)")
        }
        let module = ModuleAccount(address: message.toAddress)
        if let module, ModuleAccount.blockedRecipients.contains(module) {
            throw .sdk(.unauthorized, "expected a recipient that may receive funds, found module \(module.rawValue)")
        }
        if let module {
            // What is given to a module's account stays there by rule, like a fee.
            try bank.payFee(message.amount.amount, from: message.fromAddress, to: module)
        } else {
            try bank.send(message.amount.amount, from: message.fromAddress, to: message.toAddress)
        }
    }
}
