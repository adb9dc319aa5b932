import Keys
import Shannon

extension Chain {
    /// Moves the difficulty of every service of which claims were settled in this block
    /// (`x/tokenomics/keeper/relay_mining_difficulty.go`).
    mutating func updateDifficulties(numRelays: SortedMap<String, UInt64>) {
        for (id, count) in numRelays { updateDifficulty(of: id, numRelays: count) }
    }

    /// Moves one service's difficulty; live at once, for sessions from the next one on
    /// (`x/service/keeper/update_relay_mining_difficulty.go`).
    ///
    /// A service seen for the first time counts as if it had always had as many relays as now: that difficulty, not
    /// the base, is what its history begins with at the current height.
    mutating func updateDifficulty(of id: String, numRelays: UInt64) {
        let known = service.difficulties[id]
        let targetNumRelays = params.service.targetNumRelays
        let next = params.shared.nextSessionStart(at: height)
        func difficulty(ema: UInt64, at height: Height) -> RelayMiningDifficulty {
            RelayMiningDifficulty(
                serviceID: id, blockHeight: height, numRelaysEMA: ema,
                targetHash: Difficulty.newTarget(targetNumRelays: targetNumRelays, ema: ema) ?? Difficulty.base)
        }
        let old = known ?? difficulty(ema: numRelays, at: height)
        let ema = Difficulty.ema(previous: old.numRelaysEMA, numRelays: numRelays)
        let new = difficulty(ema: ema, at: next)
        service.difficulties[id] = new
        if service.difficultyHistory[id]?.isEmpty ?? true {
            service.difficultyHistory[id, default: SortedMap()][height] = old
        }
        service.difficultyHistory[id, default: SortedMap()][next] = new
        emit(
            Event(
                "service", "RelayMiningDifficultyUpdated",
                [
                    "service_id": .text(id),
                    "prev_target_hash_hex_encoded": .text(old.targetHash.hex),
                    "new_target_hash_hex_encoded": .text(new.targetHash.hex),
                    "prev_num_relays_ema": .integer(Int64(clamping: old.numRelaysEMA)),
                    "new_num_relays_ema": .integer(Int64(clamping: ema)),
                ]))
    }
}
