import Keys
import Shannon
import Testing

@testable import Onchain

@Suite("Bank")
struct BankTests {
    private let app = address("app")
    private let other = address("other")

    private func bank() throws -> BankState { try ActorsChain().chain.bank }

    @Test("Mints and burns change the supply, each under its reason")
    func supply() throws {
        var bank = try bank()
        let before = bank.supply
        try bank.mint(100, to: .tokenomics, reason: "reward")
        try bank.mint(5, to: .tokenomics, reason: "inflation")
        try bank.burn(30, from: .tokenomics, reason: "slash")
        #expect(bank.supply == before + 75)
        #expect(bank.balance(of: .tokenomics) == 75)
        #expect(bank.minted["reward"] == 100 && bank.minted["inflation"] == 5 && bank.burned["slash"] == 30)
    }

    @Test("Zero amounts leave nothing behind")
    func zero() throws {
        let before = try bank()
        var bank = before
        try bank.mint(0, to: .tokenomics, reason: "reward")
        try bank.burn(0, from: .tokenomics, reason: "slash")
        try bank.send(0, from: ModuleAccount.tokenomics, to: app)
        try bank.payFee(0, from: app, to: .proof)
        #expect(bank == before)
    }

    @Test("Negative amounts, overdrafts and overflows are refused before anything changes")
    func refusals() throws {
        let before = try bank()
        var bank = before
        let (app, other) = (app, other)
        let moves: [(inout BankState) throws -> Void] = [
            { try $0.send(-1, from: app, to: other) },
            { try $0.send(ActorsChain.balance + 1, from: app, to: other) },
            { try $0.send(1, from: .tokenomics, to: .supplier) },
            { try $0.payFee(-1, from: app, to: .proof) },
            { try $0.payFee(ActorsChain.balance + 1, from: app, to: .proof) },
            { try $0.mint(-1, to: .tokenomics, reason: "reward") },
            { try $0.mint(.max, to: .tokenomics, reason: "reward") },
            { try $0.burn(1, from: .tokenomics, reason: "slash") },
            { try $0.release(1, from: .supplier, to: ModuleAccount.mint.address) },
            { try $0.fund(app, with: .max) },
        ]
        for move in moves { #expect(throws: ChainError.self) { try move(&bank) } }
        #expect(bank == before)
    }

    @Test("An account that has spent everything is as if it had never had anything")
    func emptied() throws {
        var bank = try bank()
        try bank.send(ActorsChain.balance, from: app, to: other)
        #expect(!bank.balances.contains(app))
        #expect(bank.balance(of: other) == 2 * ActorsChain.balance)
        try bank.send(5, from: other, to: other)
        #expect(bank.balance(of: other) == 2 * ActorsChain.balance)
    }

    @Test("What a module is paid as a recipient stays in its account, apart from stakes")
    func gifts() throws {
        var network = try ActorsChain()
        try network.chain.bank.mint(9, to: .tokenomics, reason: OpReason.inflationMint.name)
        try network.chain.bank.send(9, from: .tokenomics, to: ModuleAccount.application.address)
        #expect(network.chain.bank.feesKept["application"] == 9)
        #expect(network.chain.bankViolations().isEmpty)
    }

    @Test("Errors carry upstream's codespace, code, name and status")
    func errors() {
        let error = ChainError.application(.isUnstaking, "why")
        #expect(error.codespace == "application" && error.code == 1112 && error.name == "ErrAppIsUnstaking")
        #expect(error.status == .failedPrecondition)
        #expect("\(error)" == "why [application 1112 ErrAppIsUnstaking]")
        #expect(ChainError.sdk(.txTimeoutHeight, "").name == "ErrTxTimeoutHeight")
    }
}
