import Offchain

extension OpenAPI {
    /// What the answer to a model's request says of the way it took.
    static let relayHeaders =
        [
            "X-Supplier-Address", "X-App-Address", "X-Session-ID", "X-Retry-Count", "X-Suppliers-Tried",
            "X-Hedge-Result", "X-Pokt-Receipt",
        ]
        + ["limit", "remaining", "reset"].flatMap { what in
            ["requests", "tokens"].map { "x-ratelimit-\(what)-\($0)" }
        }
    static let retryHeaders = ["Retry-After", "x-should-retry"]

    static var headers: JSONObject {
        var headers: JSONObject = [
            "x-request-id": header("The request's id: the client's own when it sent one."),
            "X-Supplier-Address": header("The operator address of the supplier that answered."),
            "X-App-Address": header("The application that was relayed for."),
            "X-Session-ID": header("The session in which it was relayed."),
            "X-Retry-Count": header("How many times the request was sent again."),
            "X-Suppliers-Tried": header("The operator addresses of all suppliers that were asked, in order."),
            "X-Hedge-Result": header(
                "What became of a second supplier that was asked as well: no_hedge, primary_only, primary_won, "
                    + "hedge_won or both_failed."),
            "X-Pokt-Receipt": header(
                "The relay's hash, by which GET /pokt/receipts has the receipt. A stream tells it before its end, in a "
                    + "comment: `: x-pokt-receipt ID`."),
            "Retry-After": header("After how many seconds another try makes sense."),
            "x-should-retry": header("`false` when the network has tried again already, or waiting does not help."),
        ]
        for name in relayHeaders where name.hasPrefix("x-ratelimit") {
            headers[name] = header("What a key's limit is, what is left of it, and when it begins anew.")
        }
        return headers
    }

    private static func header(_ meaning: String) -> JSONValue {
        .object(["description": .string(meaning), "schema": JSONSchema.text()])
    }
}
