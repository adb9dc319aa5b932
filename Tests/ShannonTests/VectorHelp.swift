import Keys
import Shannon
import Testing
import VectorSupport

/// The files whose cases these tests run.
let vectorsFile = "protocol_vectors.json.gz"
let casesFile = "protocol_cases.json"

/// Runs every case of one kind and records what failed.
func everyCase(_ kind: String, of file: String = vectorsFile, _ body: (VectorCase) throws -> Void) throws {
    let outcome = try VectorCoverage.run(file, kind: kind, body)
    for failure in outcome.failures { Issue.record("\(failure)") }
}

extension VectorCase {
    /// Throws unless the body throws a chain error of that name.
    func expectError(named name: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as ChainError {
            return try expect(error.name, is: name, "error")
        }
        throw JSONValueError("\(self): expected \(name), found no error")
    }

    /// Throws unless the body throws exactly when the case expects an error; an error's name must be the one expected.
    func expectOutcome(_ body: () throws -> Void) throws {
        guard let name = self["expected"]["error"].optional else { return try body() }
        try expectError(named: name.string, body)
    }
}

extension JSONValue {
    /// Bytes in hex; null or absent counts as none.
    var bytesOrNone: Bytes { get throws { try optional?.bytes ?? [] } }

    /// A session header with upstream's field names; null counts as an empty one.
    var header: SessionHeader {
        get throws {
            try SessionHeader(
                applicationAddress: Address(self["application_address"].optional?.string ?? ""),
                serviceID: self["service_id"].optional?.string ?? "",
                sessionID: self["session_id"].optional?.string ?? "",
                sessionStartBlockHeight: self["session_start_block_height"].optional?.int64 ?? 0,
                sessionEndBlockHeight: self["session_end_block_height"].optional?.int64 ?? 0)
        }
    }

    /// Shared parameters with upstream's field names; absent ones keep their defaults.
    var sharedParams: SharedParams {
        get throws {
            var params = SharedParams()
            func read(_ name: String, _ field: WritableKeyPath<SharedParams, UInt64>) throws {
                if let value = try self[name].optional?.uint64 { params[keyPath: field] = value }
            }
            try read("num_blocks_per_session", \.numBlocksPerSession)
            try read("grace_period_end_offset_blocks", \.gracePeriodEndOffsetBlocks)
            try read("claim_window_open_offset_blocks", \.claimWindowOpenOffsetBlocks)
            try read("claim_window_close_offset_blocks", \.claimWindowCloseOffsetBlocks)
            try read("proof_window_open_offset_blocks", \.proofWindowOpenOffsetBlocks)
            try read("proof_window_close_offset_blocks", \.proofWindowCloseOffsetBlocks)
            try read("supplier_unbonding_period_sessions", \.supplierUnbondingPeriodSessions)
            try read("application_unbonding_period_sessions", \.applicationUnbondingPeriodSessions)
            try read("gateway_unbonding_period_sessions", \.gatewayUnbondingPeriodSessions)
            try read("compute_units_to_tokens_multiplier", \.computeUnitsToTokensMultiplier)
            try read("compute_unit_cost_granularity", \.computeUnitCostGranularity)
            if let anchor = try self["session_grid_anchor_height"].optional?.int64 {
                params.sessionGridAnchorHeight = anchor
            }
            if let number = try self["session_number_at_anchor"].optional?.int64 {
                params.sessionNumberAtAnchor = number
            }
            return params
        }
    }
}

/// A valid address for tests that need any.
func anyAddress(_ name: String) -> Address { PrivateKey.derived(seed: 7, name: name).address }

/// A valid session header of the first session with default parameters.
func anyHeader() -> SessionHeader {
    SessionHeader(
        applicationAddress: anyAddress("app1"), serviceID: "svc1", sessionID: "ab", sessionStartBlockHeight: 1,
        sessionEndBlockHeight: 10)
}
