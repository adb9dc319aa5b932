import Keys
import Offchain
import Shannon

/// A gateway's accounts as `GET /pokt/usage` returns them.
enum UsageReport {
    static func json(of book: UsageBook) -> JSONValue {
        .object([
            "keys": list(book.keys.keys, book.keys.values),
            "applications": list(book.applications.keys.map(\.rawValue), book.applications.values),
            "suppliers": list(book.suppliers.keys.map(\.rawValue), book.suppliers.values),
            "models": list(book.models.keys, book.models.values),
            "hedges": .object([
                "hedged": number(book.hedging.hedged), "primary_won": number(book.hedging.primaryWon),
                "hedge_won": number(book.hedging.hedgeWon), "called_off": number(book.hedging.calledOff),
                "called_off_upokt": .integer(book.hedging.calledOffUpokt),
            ]),
        ])
    }

    private static func list(_ names: some Sequence<String>, _ usages: some Sequence<Usage>) -> JSONValue {
        var object = JSONObject()
        for (name, usage) in zip(names, usages) {
            object[name] = .object([
                "requests": number(usage.requests), "failed": number(usage.failed),
                "abandoned": number(usage.abandoned),
                "prompt_tokens": .integer(Int64(usage.tokens.prompt)),
                "completion_tokens": .integer(Int64(usage.tokens.completion)),
                "compute_units": number(usage.computeUnits), "upokt": .integer(usage.upokt),
                "called_off": number(usage.calledOff), "called_off_upokt": .integer(usage.calledOffUpokt),
            ])
        }
        return .object(object)
    }

    private static func number(_ number: UInt64) -> JSONValue { .integer(Int64(clamping: number)) }
}
