import HTTPTypes
import HummingbirdCore
import Keys
import NIOCore
import Offchain
import Shannon

/// What goes back to a client.
struct Reply {
    var status: Int
    var headers: HTTPFields = [:]
    var body: Bytes = []
    /// The model that was asked, for counting.
    var service = ""
    /// Closes the connection afterwards, because the rest of the request was not read.
    var closes = false

    /// JSON of our own.
    init(json body: Bytes, status: Int = 200) {
        self.status = status
        self.body = body
        headers[.contentType] = "application/json"
    }

    /// No content.
    init(status: Int) { self.status = status }

    init(_ error: OpenAIError) {
        self.init(json: error.body, status: Int(error.status))
    }

    /// A gateway's response, with the headers that a client may rely on and no other.
    ///
    /// A supplier can put anything into its response, so framing headers and statuses that make no sense end here.
    init(_ response: Shannon.HTTPResponse) {
        guard (200...599).contains(response.statusCode), response.statusCode != 204, response.statusCode != 304 else {
            self.init(
                OpenAIError(
                    status: 502, message: "A supplier answered with the impossible status \(response.statusCode).",
                    type: "server_error", code: "bad_gateway"))
            return
        }
        self.init(status: Int(response.statusCode))
        body = response.body
        for name in Self.passedHeaders {
            guard let value = Self.headerValue(of: name, in: response) else { continue }
            headers[name] = value
        }
    }

    /// The beginning of a streamed answer: a gateway's head, or one without a supplier when there is none yet.
    init(stream head: Shannon.HTTPResponse?) {
        self.init(status: 200)
        for name in Self.passedHeaders {
            guard let head, let value = Self.headerValue(of: name, in: head) else { continue }
            headers[name] = value
        }
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-cache"
        // Proxies that collect answers would undo the stream.
        headers[.accelBuffering] = "no"
    }

    /// Status and headers for the HTTP library.
    var head: HTTPTypes.HTTPResponse { .init(status: .init(code: status), headerFields: headers) }

    /// Names have no case, and the map has no order that a lookup could use across cases.
    private static func headerValue(of name: HTTPField.Name, in response: Shannon.HTTPResponse) -> String? {
        zip(response.headers.keys, response.headers.values)
            .first { $0.0.lowercased() == name.canonicalName }?.1.first
    }

    private static let passedHeaders: [HTTPField.Name] =
        [
            .contentType, .supplierAddress, .appAddress, .sessionID, .retryCount, .suppliersTried, .hedgeResult,
            .receipt,
            .shouldRetry, .retryAfter,
        ] + limitHeaders

    /// How much is left of a key's limits.
    private static let limitHeaders = ["Limit", "Remaining", "Reset"].flatMap { what in
        ["Requests", "Tokens"].compactMap { HTTPField.Name("x-ratelimit-\(what.lowercased())-\($0.lowercased())") }
    }

    /// What a page in a browser may read beyond the common headers.
    static let exposedHeaders = ([.requestID] + passedHeaders.dropFirst()).map(\.rawName).joined(separator: ", ")
}

extension HTTPField.Name {
    static let supplierAddress = known("X-Supplier-Address")
    static let appAddress = known("X-App-Address")
    static let sessionID = known("X-Session-ID")
    static let retryCount = known("X-Retry-Count")
    static let suppliersTried = known("X-Suppliers-Tried")
    static let hedgeResult = known("X-Hedge-Result")
    static let receipt = known("X-Pokt-Receipt")
    static let accelBuffering = known("X-Accel-Buffering")
    static let shouldRetry = known("x-should-retry")
    static let requestID = known("x-request-id")
    /// The application that a client wants to be relayed for.
    static let application = known("App-Address")
    /// The service that a client wants, whatever the model's name.
    static let targetService = known("Target-Service-Id")
    /// The suppliers that a client allows.
    static let targetSuppliers = known("Target-Suppliers")

    /// A name that is written in this file; each is a valid one.
    private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentType }
}
