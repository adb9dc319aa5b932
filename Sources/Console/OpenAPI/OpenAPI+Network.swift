import Offchain

extension OpenAPI {
    private typealias S = JSONSchema

    static var networkSchemas: JSONObject {
        [
            "Health": S.answer(["status": S.word("ok")]), "Readiness": S.answer(["status": S.word("ready")]),
            "ServiceReadiness": S.answer([
                "status": S.word("ready"), "suppliers": S.count("How many may be asked."),
                "sound": S.count("How many of them are not passed over for failures."),
            ]),
            "Description": S.map("An OpenAPI document."), "NetworkStatus": status, "UsageReport": usageReport,
            "UsageCounts": S.answer([
                "requests": S.count(), "failed": S.count(),
                "abandoned": S.count("Whose client left in the middle."), "prompt_tokens": S.count(),
                "completion_tokens": S.count(), "compute_units": S.count(), "upokt": S.count(),
                "called_off": S.count("Second suppliers that were called off."),
                "called_off_upokt": S.count("What these have cost."),
            ]),
            "Receipt": receipt,
            "SnapshotList": S.answer([
                "snapshots": S.list(
                    of: S.answer([
                        "name": S.text(), "height": S.count(), "time": S.count("Nanoseconds since genesis."),
                        "journal_hash": S.hex(32),
                    ]))
            ]),
            "FaultList": S.answer([
                "faults": S.list(
                    of: S.answer(faultForms, optional: faultForms.names), "Each as POST would make it.")
            ]),
        ]
    }

    private static let status = S.answer([
        "chain_id": S.text(), "height": S.count(), "block_hash": S.hex(nil, "Empty before the first block."),
        "session": S.answer(["number": S.count(), "start_height": S.count(), "end_height": S.count()]),
        "next": S.list(
            of: S.answer(["moment": S.text(), "height": S.count()]), "What is to come, the nearest first."),
        "snapshots": S.list(of: S.text()), "supply": S.count("In upokt."),
        "now": S.count("Nanoseconds since genesis, in the network's own time."),
        "pace": S.text("A time from block to block, or fast, or manual."), "is_running": S.flag(),
        "outstanding_jobs": S.count("Inference jobs under way."), "waiting_clients": S.count(),
        "inputs": S.count("How many inputs the journal holds."), "journal_hash": S.hex(32),
        "accounts": S.list(of: S.answer(["name": S.text(), "address": S.text(), "role": S.text()])),
    ])

    private static let usageReport: JSONValue = {
        let counts = S.map(of: S.named("UsageCounts"), "By name or address.")
        return S.answer([
            "keys": counts, "applications": counts, "suppliers": counts, "models": counts,
            "hedges": S.answer([
                "hedged": S.count(), "primary_won": S.count(), "hedge_won": S.count(), "called_off": S.count(),
                "called_off_upokt": S.count("What the suppliers that lost have cost."),
            ]),
        ])
    }()

    private static let receipt = S.answer(
        [
            "version": .object(["const": .integer(1)]), "chainID": S.text(),
            "relayHash": S.hex(32, "SHA-256 of the relay: the receipt's id and the leaf's key."),
            "relay": S.hex(nil, "The mined relay (pocket.service.Relay)."),
            "sessionBlockHash": S.hex(32, "The hash of the session's first block."), "supplierKey": S.hex(33),
            "claim": S.answer(
                [
                    "transaction": S.hex(nil, "The signed transaction with the claim."), "height": S.count(),
                    "computeUnits": S.count(),
                    "path": S.list(of: S.hex(48), "The digests beside the way from leaf to root, deepest first."),
                ], "Once the claim is onchain."),
            "settlement": S.answer(
                [
                    "event": S.word("ClaimSettled", "ClaimExpired", "ClaimDiscarded"), "height": S.count(),
                    "relays": S.count(), "claimedUpokt": S.count(), "settledUpokt": S.count(),
                    "mintedUpokt": S.count(),
                ], "Once the claim has come to its end."),
            "issuerKey": S.hex(33, "The gateway's public key."),
            "seal": S.hex(64, "The gateway's signature over everything else."),
        ], optional: ["claim", "settlement"])
}
