import Keys
import Shannon
import Testing

@testable import Onchain

@Suite("Blocks, transactions and genesis")
struct ChainTests {
    private func pay(_ amount: Coin, from: String = "app", to: Address = address("other")) -> Message {
        .send(MsgSend(fromAddress: address(from), toAddress: to, amount: amount))
    }

    private func transaction(
        _ messages: [Message], by name: String = "app", sequence: UInt64 = 0, timeout: Height = 0,
        chainID: String = "pocket"
    ) -> Transaction {
        Transaction(
            messages: messages, publicKey: key(name).publicKey, sequence: sequence, timeoutHeight: timeout
        ).signed(with: key(name), chainID: chainID)
    }

    @Test("Modules have upstream's addresses")
    func moduleAddresses() {
        #expect(ModuleAccount.application.address == "pokt1rl3gjgzexmplmds3tq3r3yk84zlwdl6djzgsvm")
        #expect(ModuleAccount.supplier.address == "pokt1j40dzzmn6cn9kxku7a5tjnud6hv37vesr5ccaa")
        #expect(ModuleAccount.gateway.address == "pokt1f6j7u6875p2cvyrgjr0d2uecyzah0kget9vlpl")
        #expect(ModuleAccount.service.address == "pokt1nhmtqf4gcmpxu0p6e53hpgtwj0llmsqpxtumcf")
        #expect(ModuleAccount.gov.address == "pokt10d07y265gmmuvt4z0w9aw880jnsr700j8yv32t")
        #expect(ModuleAccount(address: ModuleAccount.gov.address) == .gov)
    }

    @Test("A block has the hash of its header, which the session module keeps")
    func hashes() throws {
        var (first, second) = (try ActorsChain(), try ActorsChain())
        first.advance(to: 3)
        second.advance(to: 2)
        #expect(first.chain.blockHash(at: 2) == second.chain.blockHash(at: 2))
        #expect(first.chain.blockHash(at: 2).count == 32)
        #expect(first.chain.blockHash(at: 0).isEmpty && first.chain.blockHash(at: 4).isEmpty)
        second.send([(pay(.upokt(1)), "app")], at: 3)
        #expect(first.chain.blockHash(at: 3) != second.chain.blockHash(at: 3))
        first.advance(to: 4)
        second.advance(to: 4)
        #expect(first.chain.blockHash(at: 4) != second.chain.blockHash(at: 4))
    }

    @Test("Time and results of the block before count in the hash")
    func headerCoversTimeAndResults() throws {
        var (first, second) = (try ActorsChain().chain, try ActorsChain().chain)
        let early = first.makeBlock(time: Instant(nanoseconds: 1), transactions: [])
        let late = second.makeBlock(time: Instant(nanoseconds: 2), transactions: [])
        #expect(early.hash != late.hash)
        var third = first
        third.lastResultsHash = [1]
        let time = Instant(nanoseconds: 3)
        let (one, other) = (
            first.makeBlock(time: time, transactions: []), third.makeBlock(time: time, transactions: [])
        )
        #expect(one.hash != other.hash)
    }

    @Test("The chain survives encoding, with every module's state in it")
    func encoding() throws {
        var network = try ActorsChain { $0.validators = [validator(10)] }
        try network.send(stakeApp("app", .upokt(1_000_000)), by: "app")
        try network.send(stakeSupplier(.upokt(1_000_000), [config("svc")]), by: "operator")
        try network.govern("shared", "num_blocks_per_session", .integer(12), at: 5)
        let copy = try BinaryDecoder.decode(Chain.self, from: BinaryEncoder.encode(network.chain))
        #expect(copy == network.chain)
    }

    @Test("What is wrong about a transaction itself is refused without a trace")
    func admission() throws {
        var network = try ActorsChain()
        network.advance(to: 5)
        let before = network.chain
        var unsigned = transaction([pay(.upokt(1))])
        unsigned.signature = []
        var stolen = transaction([pay(.upokt(1), from: "app2")])
        stolen.publicKey = key("app2").publicKey
        let stranger = PrivateKey.derived(seed: 99, name: "nobody")
        let unknown = Transaction(
            messages: [.send(MsgSend(fromAddress: stranger.address, toAddress: address("app"), amount: .upokt(1)))],
            publicKey: stranger.publicKey, sequence: 0
        ).signed(with: stranger, chainID: "pocket")
        let refused: [(Transaction, String)] = [
            (transaction([]), "ErrInvalidRequest"), (unsigned, "ErrUnauthorized"), (stolen, "ErrUnauthorized"),
            (transaction([pay(.upokt(1), from: "app2")]), "ErrUnauthorized"),
            (transaction([pay(.upokt(1))], sequence: 1), "ErrWrongSequence"),
            (transaction([pay(.upokt(1))], timeout: 4), "ErrTxTimeoutHeight"),
            (transaction([pay(.upokt(1))], chainID: "other"), "ErrUnauthorized"), (unknown, "ErrUnknownAddress"),
        ]
        for (transaction, name) in refused { #expect(network.chain.deliver(transaction).error?.name == name) }
        #expect(network.chain == before)
        #expect(network.chain.deliver(transaction([pay(.upokt(1))], timeout: 5)).error == nil)
    }

    @Test("A transaction that fails uses up its sequence number and changes nothing else")
    func failure() throws {
        var network = try ActorsChain()
        network.advance(to: 1)
        let before = network.chain
        let result = network.chain.deliver(transaction([pay(.upokt(5)), pay(.upokt(.max))]))
        #expect(result.error?.name == "ErrInsufficientFunds")
        #expect(result.events.isEmpty)
        #expect(network.chain.sequence(of: address("app")) == 1)
        network.chain.auth = before.auth
        #expect(network.chain == before)
    }

    @Test("The messages of a transaction act one after the other")
    func several() throws {
        var network = try ActorsChain()
        network.advance(to: 1)
        let messages = [stakeApp("app", .upokt(1_000_000)), stakeApp("app", .upokt(1_000_001))]
        let result = network.chain.deliver(transaction(messages))
        #expect(result.error == nil && result.events.count == 2)
        #expect(network.chain.application(address("app"))?.stake == .upokt(1_000_001))
    }

    @Test("A signer's key is on chain from its first transaction on")
    func keyIsRecorded() throws {
        var network = try ActorsChain()
        network.chain.auth.accounts[address("app")]?.publicKey = nil
        network.advance(to: 1)
        #expect(network.chain.publicKey(of: address("app")) == nil)
        try network.send(pay(.upokt(1)), by: "app")
        #expect(network.chain.publicKey(of: address("app")) == key("app").publicKey)
    }

    @Test("Coins go to anybody but to modules that take none")
    func sending() throws {
        var network = try ActorsChain()
        #expect(network.refusal(of: pay(.upokt(0)), by: "app") == "ErrInvalidCoins")
        #expect(network.refusal(of: pay(.upokt(-1)), by: "app") == "ErrInvalidCoins")
        #expect(network.refusal(of: pay(Coin(denom: "mact", amount: 1)), by: "app") == "ErrInvalidCoins")
        #expect(network.refusal(of: pay(.upokt(1), to: "nowhere"), by: "app") == "ErrInvalidAddress")
        for module in ModuleAccount.allCases {
            let isBlocked = ModuleAccount.blockedRecipients.contains(module)
            let refusal = network.refusal(of: pay(.upokt(1), to: module.address), by: "app")
            #expect(refusal == (isBlocked ? "ErrUnauthorized" : nil))
        }
        try network.send(pay(.upokt(7), to: address("app")), by: "app")
        #expect(network.chain.bankViolations().isEmpty)
    }

    private func validator(_ tokens: Int64, commission: String = "0.1", delegated: Int64? = nil) -> Validator {
        var delegations = SortedMap<Address, Int64>()
        delegations[address("owner")] = delegated ?? tokens
        return Validator(
            accountAddress: address("owner"), bondedTokens: tokens, commissionRate: commission,
            delegations: delegations)
    }

    @Test("Genesis funds the modules' accounts, whatever the minimum stakes are")
    func genesisFunds() throws {
        let network = try ActorsChain { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(5), serviceIDs: ["svc"])]
            genesis.gateways = [GatewayActor(address: address("gateway"), stake: .upokt(6))]
            genesis.validators = [validator(8)]
        }
        let bank = network.chain.bank
        #expect(bank.balance(of: .application) == 5 && bank.balance(of: .gateway) == 6)
        #expect(bank.balance(of: .bondedPool) == 8)
        #expect(bank.supply == Int64(ActorsChain.names.count) * ActorsChain.balance + 19)
        #expect(network.chain.bankViolations().isEmpty)
    }

    @Test("Genesis refuses what does not fit together")
    func genesisRefusals() {
        let supplier = Genesis.Supplier(
            ownerAddress: address("owner"), operatorAddress: address("operator"), stake: .upokt(1),
            services: [config("nowhere")])
        var twice = Application(address: address("app"), stake: .upokt(1), serviceIDs: ["svc"])
        twice.delegateeGateways = [address("gateway")]
        let edits: [(inout Genesis) -> Void] = [
            { $0.accounts.append(Genesis.Account(address: address("app"), balance: 1)) },
            { $0.accounts.append(Genesis.Account(address: "x", balance: 1)) },
            { $0.accounts[0].balance = -1 },
            { $0.accounts[0].balance = .max },
            { $0.accounts[0].publicKey = key("other").publicKey },
            { $0.services.append(service("svc")) },
            { $0.services.append(service("not valid")) },
            { $0.suppliers = [supplier] },
            { $0.applications = [twice] },
            { $0.gateways = [GatewayActor(address: address("gateway"), stake: .upokt(-1))] },
            { $0.gateways = [GatewayActor(address: address("gateway"), stake: Coin(denom: "mact", amount: 1))] },
            { $0.gateways = Array(repeating: GatewayActor(address: address("gateway"), stake: .upokt(1)), count: 2) },
            { $0.validators = [validator(-1, delegated: 0)] },
            { $0.validators = [validator(5, delegated: 6)] },
            { $0.validators = [validator(5, commission: "1.1")] },
            { $0.validators = [validator(5), validator(5)] },
            { $0.params.proof.proofRequestProbability = 2 },
        ]
        for edit in edits { #expect(throws: ChainError.self) { try ActorsChain(edit) } }
    }
}
