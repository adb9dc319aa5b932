public import Offchain
public import Onchain

/// The only place where onchain meets offchain: participants ask the chain itself.
extension Chain: ChainClient {}
