import Keys
import Shannon
import Testing
import VectorSupport

@Suite("Reference vectors of sessions")
struct SessionVectorTests {
    @Test("Every height's session, grace period and windows are upstream's")
    func heights() throws {
        try everyCase("session_heights") { vector in
            let params = try vector["params"].sharedParams
            let height = try vector["query_height"].int64
            func check(_ found: Int64, _ name: String) throws {
                try vector.expect(found, is: vector[name].int64, name)
            }
            try check(params.sessionStart(at: height), "session_start_height")
            try check(params.sessionEnd(at: height), "session_end_height")
            try check(params.sessionNumber(at: height), "session_number")
            try check(params.nextSessionStart(at: height), "next_session_start_height")
            try check(params.gracePeriodEnd(at: height), "grace_period_end_height")
            try check(params.claimWindowOpen(at: height), "claim_window_open_height")
            try check(params.claimWindowClose(at: height), "claim_window_close_height")
            try check(params.proofWindowOpen(at: height), "proof_window_open_height")
            try check(params.proofWindowClose(at: height), "proof_window_close_height")
            try check(params.earliestClaimCommit(at: height), "earliest_claim_commit_height")
            try check(params.earliestProofCommit(at: height), "earliest_proof_commit_height")
            try check(params.settlementHeight(at: height), "settlement_session_end_height")
            try check(params.sessionEndToProofWindowCloseBlocks, "session_end_to_proof_window_close_blocks")
            try check(params.numPendingSessions, "num_pending_sessions")
            try vector.expect(params.isSessionStart(height), is: vector["is_session_start"].bool, "is start")
            try vector.expect(params.isSessionEnd(height), is: vector["is_session_end"].bool, "is end")
            let elapsed = try params.isGracePeriodElapsed(
                sessionEnd: params.sessionEnd(at: height), current: vector["grace_elapsed_at"]["current_height"].int64)
            try vector.expect(elapsed, is: vector["grace_elapsed_at"]["value"].bool, "grace elapsed")
        }
    }

    @Test("A session's id is upstream's, and so is what it is the hash of")
    func ids() throws {
        try everyCase("session_id") { vector in
            let start = try vector["params"].sharedParams.sessionStart(at: vector["block_height"].int64)
            try vector.expect(start, is: vector["session_start_height"].int64, "start")
            let preimage = try SessionID.preimage(
                blockHash: vector["block_hash"].bytes, serviceID: vector["service_id"].string,
                application: Address(vector["app_address"].string), startHeight: start)
            try vector.expect(preimage.hex, is: vector["session_id_preimage"].string, "preimage")
            try vector.expect(SessionID.id(ofPreimage: preimage), is: vector["session_id"].string, "id")
        }
    }

    @Test("A supplier's weight is signed and comes from the id's preimage")
    func weights() throws {
        try everyCase("supplier_weight") { vector in
            let weight = try SupplierSelection.weight(
                preimage: vector["session_id_preimage"].bytes,
                operatorAddress: Address(vector["supplier_operator_address"].string))
            try vector.expect(weight, is: vector["weight_signed"].int64, "weight")
        }
    }

    @Test("Few suppliers keep the store's order, many are ranked by weight")
    func selection() throws {
        try everyCase("supplier_selection") { vector in
            let height = try vector["block_height"].int64
            let candidates = try vector["candidates"].array.map { value in
                let update = try candidate(
                    value["operator_address"].string, from: value["activation_height"].int64,
                    until: value["deactivation_height"].int64)
                try vector.expect(update.isActive(at: height), is: value["active"].bool, "active")
                return update
            }
            let preimage = try vector["session_id_preimage"].bytes
            try vector.expect(SessionID.id(ofPreimage: preimage), is: vector["session_id"].string, "session id")
            let selected = try SupplierSelection.select(
                from: candidates, at: height, count: vector["num_suppliers_per_session"].uint64, preimage: preimage)
            let expected = try vector["selected"].array.map { try $0.string }
            try vector.expect(selected.map(\.operatorAddress.rawValue), is: expected, "selected")
        }
    }

    @Test("Service ids of every form are judged as upstream judges them")
    func serviceIDs() throws {
        try everyCase("service_id") { vector in
            try vector.expect(ServiceID.isValid(vector["service_id"].string), is: vector["valid"].bool, "valid")
        }
    }
}

/// A config that is active between two heights.
func candidate(_ address: String, from activation: Height = 1, until deactivation: Height = 0) -> ServiceConfigUpdate {
    ServiceConfigUpdate(
        operatorAddress: Address(address),
        service: SupplierServiceConfig(serviceID: "svc1", endpoints: [], revenueShares: []),
        activationHeight: activation, deactivationHeight: deactivation)
}
