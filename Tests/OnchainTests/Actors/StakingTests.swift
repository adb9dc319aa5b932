import Keys
import Shannon
import Testing

@testable import Onchain

@Suite("Delegations to validators")
struct StakingTests {
    private func network() throws -> ActorsChain {
        try ActorsChain { genesis in
            var delegations = SortedMap<Address, Int64>()
            delegations[address("owner")] = 900
            genesis.validators = [
                Validator(accountAddress: address("owner"), bondedTokens: 900, delegations: delegations)
            ]
        }
    }

    private func message(_ amount: Coin, to validator: String = "owner") -> Message {
        .delegate(
            MsgDelegate(delegatorAddress: address("app"), validatorAddress: address(validator), amount: amount))
    }

    @Test("Bonded coins move to the pool and weigh for the validator; a second delegation adds to the first")
    func bonds() throws {
        var network = try network()
        try network.send(message(.upokt(100)), by: "app")
        try network.send(message(.upokt(20)), by: "app")
        let validator = try #require(network.chain.staking.validators[address("owner")])
        #expect(validator.bondedTokens == 1_020)
        #expect(validator.delegations[address("app")] == 120)
        #expect(validator.delegations[address("owner")] == 900)
        #expect(network.chain.balance(of: ModuleAccount.bondedPool.address) == 1_020)
        #expect(network.chain.balance(of: address("app")) == ActorsChain.balance - 120)
        let block = Block(
            height: network.chain.height, time: network.chain.time, hash: network.chain.lastBlockHash,
            transactions: [], events: [])
        #expect(network.chain.violations(after: block, before: network.chain).isEmpty)
    }

    @Test("Nothing is bonded with nobody, of nothing, of other coins, or of more than there is")
    func refusals() throws {
        var network = try network()
        let before = network.chain.staking
        #expect(network.refusal(of: message(.upokt(5), to: "app2"), by: "app") == "ErrNoValidatorFound")
        #expect(network.refusal(of: message(.upokt(0)), by: "app") == "ErrInvalidRequest")
        #expect(network.refusal(of: message(Coin(denom: "mact", amount: 5)), by: "app") == "ErrInvalidRequest")
        #expect(network.refusal(of: message(.upokt(ActorsChain.balance + 1)), by: "app") == "ErrInsufficientFunds")
        #expect(network.refusal(of: message(.upokt(5)), by: "app2") == "ErrUnauthorized")
        #expect(network.chain.staking == before)
    }
}
