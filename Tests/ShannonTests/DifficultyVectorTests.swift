import BigInt
import Keys
import Shannon
import Testing
import VectorSupport

@Suite("Reference vectors of relay mining difficulty")
struct DifficultyVectorTests {
    @Test("New targets are upstream's, whatever the previous target")
    func targets() throws {
        try everyCase("difficulty_target") { vector in
            let target = try Difficulty.newTarget(
                targetNumRelays: vector["target_num_relays"].uint64, ema: vector["new_relays_ema"].uint64,
                from: vector["prev_target_hash"].bytes)
            try vector.expect(target?.hex, is: vector["new_target_hash"].string, "target")
        }
        try everyCase("difficulty-target", of: casesFile) { vector in
            let target = try Difficulty.newTarget(
                targetNumRelays: vector["input"]["targetNumRelays"].uint64, ema: vector["input"]["newEma"].uint64)
            try vector.expect(target?.hex, is: vector["expected"]["targetHashHex"].string, "target")
        }
    }

    @Test("An average of 0 has no target")
    func noTarget() {
        #expect(Difficulty.newTarget(targetNumRelays: 0, ema: 0) == nil)
        #expect(Difficulty.newTarget(targetNumRelays: 100, ema: 0) == nil)
    }

    @Test("Hashes scale exactly")
    func scaling() throws {
        try everyCase("scale_hash") { vector in
            let ratio = try #require(
                try Rational(BigInt(vector["numerator"].int64), over: BigInt(vector["denominator"].int64)))
            let scaled = try Difficulty.scale(hash: vector["hash"].bytes, by: ratio)
            try vector.expect(scaled.hex, is: vector["scaled"].string, "scaled")
        }
        try everyCase("difficulty-scale", of: casesFile) { vector in
            let input = vector["input"]
            let ratio = try #require(try Rational(input["ratioNum"].int64, over: input["ratioDen"].int64))
            let scaled = try Difficulty.scale(hash: input["prevHashHex"].bytes, by: ratio)
            try vector.expect(scaled.hex, is: vector["expected"]["scaledHex"].string, "scaled")
            try vector.expect(
                Difficulty.bounded(scaled).hex, is: vector["expected"]["boundedHex"].string, "bounded")
        }
    }

    @Test("Multiplier and probability are exact fractions of the base target")
    func multipliers() throws {
        try everyCase("difficulty_multiplier") { vector in
            let target = try vector["target_hash"].bytes
            let multiplier = Difficulty.multiplier(target: target)
            let probability = Difficulty.probability(target: target)
            try vector.expect("\(multiplier.numerator)", is: vector["multiplier_num"].string, "numerator")
            try vector.expect("\(multiplier.denominator)", is: vector["multiplier_den"].string, "denominator")
            try vector.expect("\(probability.numerator)", is: vector["probability_num"].string, "numerator")
            try vector.expect("\(probability.denominator)", is: vector["probability_den"].string, "denominator")
        }
        try everyCase("difficulty-multiplier", of: casesFile) { vector in
            let multiplier = try Difficulty.multiplier(target: vector["input"]["targetHashHex"].bytes)
            try vector.expect("\(multiplier.floor)", is: vector["expected"]["multiplierFloor"].string, "floor")
        }
    }

    @Test("A relay counts when its hash is strictly below the target")
    func applicable() throws {
        try everyCase("volume_applicable") { vector in
            let found = try Difficulty.isApplicable(
                relayHash: vector["relay_hash"].bytes, target: vector["target_hash"].bytes)
            try vector.expect(found, is: vector["applicable"].bool, "applicable")
        }
        try everyCase("difficulty-check", of: casesFile) { vector in
            let found = try Difficulty.isApplicable(
                relayHash: vector["input"]["relayHashHex"].bytes, target: vector["input"]["targetHashHex"].bytes)
            try vector.expect(found, is: vector["expected"]["applicable"].bool, "applicable")
        }
    }

    @Test("The moving average rounds as Go's big floats do")
    func averages() throws {
        try everyCase("ema") { vector in
            let ema = try Difficulty.ema(
                previous: vector["prev_ema"].uint64, numRelays: vector["num_relays"].uint64)
            try vector.expect(ema, is: vector["new_ema"].uint64, "average")
        }
        try everyCase("difficulty-ema", of: casesFile) { vector in
            let ema = try Difficulty.ema(
                previous: vector["input"]["prevEma"].uint64, numRelays: vector["input"]["numRelays"].uint64)
            try vector.expect(ema, is: vector["expected"]["newEma"].uint64, "average")
        }
    }

    @Test("A settlement's relays move average and target")
    func updates() throws {
        try everyCase("difficulty-update", of: casesFile) { vector in
            let target = try vector["input"]["targetNumRelays"].uint64
            func check(ema: UInt64, against expected: JSONValue, _ what: String) throws {
                try vector.expect(ema, is: expected["ema"].uint64, "\(what): average")
                try vector.expect(
                    Difficulty.newTarget(targetNumRelays: target, ema: ema)?.hex,
                    is: expected["targetHashHex"].string, "\(what): target")
            }
            let expected = vector["expected"]
            guard let relays = vector["input"]["relaysPerService"].optional else {
                return try check(ema: vector["input"]["numRelays"].uint64, against: expected, "first difficulty")
            }
            for service in relays.keys {
                // In the second round svc1 has the average of the first, 1,000; svc2 appears for the first time.
                let numRelays = try relays[service].uint64
                let isFirst = relays.keys.count == 1 || service == "svc2"
                let ema = isFirst ? numRelays : Difficulty.ema(previous: 1_000, numRelays: numRelays)
                try check(ema: ema, against: expected[service], service)
            }
        }
    }
}
