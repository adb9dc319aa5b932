import HTTPTypes
import HummingbirdCore
import Offchain

/// Who may see and change the network itself, as opposed to asking its models.
///
/// On this machine: whoever talks to a loopback name, and no page of a foreign origin, also not one whose name was
/// made to point here. From elsewhere: whoever has the token.
struct ControlAccess: Sendable {
    /// Whether the server is bound to a loopback address.
    let isLocal: Bool
    /// Needed from elsewhere; nil lets nobody in there.
    let token: String?

    init(_ settings: ConsoleSettings) {
        isLocal = Self.isLoopback(settings.host)
        token = settings.controlToken
    }

    /// Refuses with 403, or 401 where a token would help.
    func check(_ request: Request) throws(OpenAIError) {
        // The first is the authority already; any more of them stay among the headers.
        guard !request.headers.contains(where: { $0.name.canonicalName == "host" }) else {
            throw Self.forbidden("expected one Host, found several")
        }
        if let origin = request.headers[.origin] {
            guard isLocal ? Self.isLoopback(Self.host(ofOrigin: origin)) : hasToken(request) else {
                throw Self.forbidden("pages of '\(origin.prefix(100))' may not use this route")
            }
        }
        guard isLocal else {
            guard hasToken(request) else {
                throw OpenAIError(
                    status: 401,
                    message:
                        "This route needs the control token: Authorization: Bearer TOKEN. It was given or printed at the start.",
                    type: "invalid_request_error", code: "invalid_api_key")
            }
            return
        }
        let host = request.head.authority ?? ""
        guard Self.isLoopback(Self.host(of: host)) else {
            throw Self.forbidden("expected Host to be a loopback name, found '\(host.prefix(100))'")
        }
    }

    private func hasToken(_ request: Request) -> Bool {
        guard let token, !token.isEmpty, let given = request.headers[.authorization] else { return false }
        let (left, right) = (Array("Bearer \(token)".utf8), Array(given.utf8))
        // Looks at every byte, so that the time says nothing about the first wrong one.
        return left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func forbidden(_ reason: String) -> OpenAIError {
        OpenAIError(
            status: 403, message: "Forbidden: \(reason).", type: "invalid_request_error", code: "forbidden")
    }

    /// The host of an origin: a scheme and an authority, and nothing else.
    private static func host(ofOrigin origin: String) -> String {
        origin.wholeMatch(of: /https?:\/\/([^\/]*)/).map { host(of: String($0.1)) } ?? ""
    }

    /// A host without its port; empty for what is more than these two.
    private static func host(of authority: String) -> String {
        let match = authority.wholeMatch(of: /(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9.-]+))(?::[0-9]{1,5})?/)
        return (match?.1 ?? match?.2).map(String.init) ?? ""
    }

    /// Whether a name or an address is this machine's own.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return host == "localhost" || host == "::1" || host.wholeMatch(of: /127(\.[0-9]{1,3}){3}/) != nil
    }
}
