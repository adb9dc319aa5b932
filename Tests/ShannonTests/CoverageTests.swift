import Testing
import VectorSupport

@Suite("Coverage of the protocol's vectors")
struct CoverageTests {
    @Test("Every kind of protocol vector is covered here")
    func vectors() throws {
        try VectorCoverage.report(
            vectorsFile,
            known: [
                "claim_amount", "difficulty_multiplier", "difficulty_target", "ema", "go_math_rand", "proof_path",
                "relay_e2e", "scale_hash", "seeded_random", "service_id", "session_heights", "session_id",
                "supplier_selection", "supplier_weight", "volume_applicable", "wal_record", "wire_claim",
                "wire_difficulty", "wire_proof", "wire_relay", "wire_relay_request", "wire_relay_response",
                "wire_session_header", "wire_shared_params",
            ])
    }

    @Test("Every area of upstream's unit tests is covered here or where the chain and the relay miner are tested")
    func cases() throws {
        let here: Set = [
            "claim-pricing", "claim-validate-basic", "difficulty-check", "difficulty-ema", "difficulty-multiplier",
            "difficulty-scale", "difficulty-target", "difficulty-update", "mint-ratio", "param-validation",
            "proof-prng", "proof-seed", "relay-mining", "relay-signing", "service", "service-activation",
            "session-grid", "session-id", "session-supplier-selection", "windows",
        ]
        let withState: Set = [
            "app-budget", "app-transfer", "app-unbonding", "application", "claim-create", "cupr-history",
            "delegation", "e2e-amounts", "gateway", "proof-submit", "proof-validate", "relayminer", "rev-share",
            "session-hydration", "session-params-history", "session-query", "settlement",
            "settlement-aggregation", "settlement-timing", "shared-param-update", "slashing", "supplier", "tlm",
            "unbonding", "validator-rewards",
        ]
        try VectorCoverage.report(casesFile, known: here.union(withState))
    }
}
