import BigInt
import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Parts of settlement")
struct SettlementPartsTests {
    @Test("Budgets are shared as upstream's cases say")
    func budgets() throws {
        try everyCase(ofArea: "app-budget") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            if input["appStake"].optional != nil {
                var budget = ApplicationBudget(
                    stake: try input["appStake"].int64, pendingSessions: try input["numPendingSessions"].int64,
                    spendLimit: nil, numClaims: try input["claimingSuppliers"].int64,
                    inflation: Rational(decimalTextOf: try input["globalInflation"].double), bonus: 1)
                budget.count(claimed: try input["claim"].int64)
                let verdict = budget.verdict(claimed: try input["claim"].int64)
                try vector.expect(verdict.settled, is: expected["settled"].int64, "settled")
                return try vector.expect(verdict.isOverserviced, is: expected["overserviced"].bool, "overserviced")
            }
            let claims = try input["claims"].array.map { try $0.int64 }
            let status = try input["status"].optional?.array.map { try $0.string }
            var budget = ApplicationBudget(
                floor: try input["floorPerSupplier"].int64,
                inflation: Rational(decimalTextOf: try input["inflation"].optional?.double ?? 0),
                bonus: try input["overservicing_bonus_multiplier"].uint64)
            for (place, claim) in claims.enumerated() where status?[place] ?? "VALIDATED" == "VALIDATED" {
                budget.count(claimed: claim)
            }
            let settled = claims.map { budget.verdict(claimed: $0).settled }
            let wanted = try (expected["settled"].optional ?? expected["settledFirstThree"]).array.map { try $0.int64 }
            try vector.expect(Array(settled.prefix(wanted.count)), is: wanted, "settled")
        }
    }

    @Test("Operations add up by parties and reason")
    func aggregation() throws {
        try everyCase(ofArea: "settlement-aggregation") { vector in
            let input = vector["input"]
            var operations = SettlementOperations()
            func module(_ value: JSONValue) throws -> ModuleAccount {
                try #require(ModuleAccount(rawValue: value.string))
            }
            func reason(_ value: JSONValue) throws -> OpReason { try #require(OpReason(rawValue: value.int64)) }
            for item in try input["transfers"].optional?.array ?? [] {
                operations.send(
                    try item[3].int64, from: try module(item[0]), to: try module(item[1]), try reason(item[2]))
            }
            for item in try input["mints"].optional?.array ?? [] {
                operations.mint(try item[2].int64, to: try module(item[0]), try reason(item[1]))
            }
            for item in try input["burns"].optional?.array ?? [] {
                operations.burn(try item[2].int64, from: try module(item[0]), try reason(item[1]))
            }
            if input["opReason"].optional != nil {
                operations.mint(1, to: .supplier, try reason(input["opReason"]))
                #expect(throws: ChainError.self) { try operations.batches() }
                return
            }
            let batches = try operations.batches()
            if let number = vector["expected"]["numEntries"].optional {
                return try vector.expect(batches.count, is: number.int, "entries")
            }
            let wanted = try vector["expected"]["out"].array
            try vector.expect(batches.count, is: wanted.count, "entries")
            for (batch, row) in zip(batches, wanted) {
                let fields = try row.array
                try vector.expect(batch.operation.module.rawValue, is: fields[0].string, "module")
                try vector.expect(batch.total, is: fields[fields.count - 2].int64, "total")
                try vector.expect(batch.count, is: fields[fields.count - 1].int64, "claims")
            }
        }
    }

    @Test("A mint ratio splits what is settled into minted and lost")
    func mintRatio() throws {
        try everyCase(ofArea: "mint-ratio") { vector in
            let input = vector["input"]
            let amounts = SettledAmounts(
                claimed: try input["claimed"].int64, settled: try input["settled"].int64,
                mintRatio: try input["mintRatio"].double)
            try vector.expect(amounts.minted, is: vector["expected"]["minted"].int64, "minted")
            try vector.expect(amounts.overservicingLoss, is: vector["expected"]["overservicingLoss"].int64, "loss")
            try vector.expect(amounts.deflationLoss, is: vector["expected"]["deflationLoss"].int64, "deflation")
        }
    }

    @Test("Shareholders get their shares, or the owner everything")
    func revenueShares() throws {
        try everyCase(ofArea: "rev-share") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            if input["fault"].optional != nil { return try fallsBack(vector) }
            let isDuplicate = try input["duplicateAddress"].optional?.bool ?? false
            let shares = try input["percentages"].array.enumerated().map { place, percentage in
                RevenueShare(
                    address: TokenomicsChain.shareholders[isDuplicate ? 0 : place], percentage: try percentage.uint64)
            }
            do throws(RevenueSplit.Fault) {
                let split = try RevenueSplit((try? input["amount"].int64) ?? 1000, among: shares)
                let amounts = shares.compactMap { share in
                    split.payments.first { $0.address == share.address }?.amount
                }
                let wanted = try? expected["amounts"].array.map { try $0.int64 }
                #expect(amounts == wanted)
            } catch {
                #expect((try? expected["error"].bool) == true)
            }
        }
    }

    /// Settles a claim of a supplier whose shares were broken in the store.
    private func fallsBack(_ vector: VectorCase) throws {
        var test = try TokenomicsChain { params in
            params.tokenomics.globalInflationPerClaim = 0
            params.tokenomics.mintEqualsBurnClaimDistribution = MintAllocation(
                dao: 0, proposer: 0, supplier: 1, sourceOwner: 0, application: 0)
        }
        let twice = RevenueShare(address: TokenomicsChain.shareholders[0], percentage: 50)
        test.chain.supplier.suppliers.update(TokenomicsChain.supplier) { actor in
            actor.serviceConfigHistory[0].service.revenueShares = [twice, twice]
            if (try? vector["input"]["owner"].string) == "" { actor.ownerAddress = Address("") }
        }
        test.claim(try vector["input"]["amount"].optional?.uint64 ?? 1000)
        let block = try test.settle()
        if vector["expected"]["error"].optional != nil {
            try vector.expect(block.named("ClaimDiscarded").count, is: 1, "discarded claims")
            return try vector.expect(block.named("SettlementBatch").count, is: 0, "transfers")
        }
        let owner = test.chain.balance(of: TokenomicsChain.owner)
        try vector.expect(owner, is: vector["expected"]["ownerReceives"].int64, "the owner's reward")
        let event = try vector["expected"]["event"].string
        try vector.expect(block.named(String(event.dropFirst("Event".count))).count, is: 1, "fallback events")
    }

    @Test("Difficulty follows the relays as upstream's cases say")
    func difficulty() throws {
        var known = SortedMap<String, RelayMiningDifficulty>()
        let vectors = try VectorFile.load("protocol_cases.json", kind: "difficulty-update").sorted { $0.id < $1.id }
        for vector in vectors {
            var test = try TokenomicsChain()
            let input = vector["input"]
            test.chain.params.service.targetNumRelays = try input["targetNumRelays"].uint64
            let isLater = vector.id.contains("round2")
            if isLater { test.chain.service.difficulties = known }
            var relays = SortedMap<String, UInt64>()
            if let number = input["numRelays"].optional { relays["svc"] = try number.uint64 }
            for id in input["relaysPerService"].keys { relays[id] = try input["relaysPerService"][id].uint64 }
            test.chain.updateDifficulties(numRelays: relays)
            for (id, _) in relays {
                let wanted = vector["expected"][id].optional ?? vector["expected"]
                let found = try #require(test.chain.service.difficulties[id])
                #expect(found.numRelaysEMA == (try wanted["ema"].uint64), "\(vector)")
                #expect(found.targetHash.hex == (try wanted["targetHashHex"].string), "\(vector)")
            }
            if input["relaysPerService"].optional != nil { known = test.chain.service.difficulties }
        }
    }
}
