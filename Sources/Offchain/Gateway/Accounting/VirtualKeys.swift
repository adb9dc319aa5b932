import Keys
public import Shannon

/// What a client's key allows; nil is without limit.
public struct KeyLimits: Hashable, Codable, Sendable {
    /// Tokens of prompts and completions, ever.
    public var tokens: Int?
    /// What relays cost, ever.
    public var upokt: Int64?
    /// In each minute of the network's time.
    public var requestsPerMinute: Int?
    public var tokensPerMinute: Int?
    /// The ids of the models that it may ask.
    public var models: [String]?

    public init(
        tokens: Int? = nil, upokt: Int64? = nil, requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil,
        models: [String]? = nil
    ) {
        self.tokens = tokens
        self.upokt = upokt
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.models = models
    }
}

extension VirtualKeys: StateOfStores {
    public static let stores = [StateStore<VirtualKeys>(\.entries)]
}

/// What a request may come to use of its key, held back until it has ended.
struct KeyReservation: Hashable, Codable, Sendable {
    var tokens = 0
    var upokt: Int64 = 0
}

/// What whoever runs the gateway does to its keys.
public enum KeyCommand: Hashable, Codable, Sendable {
    /// Makes a key, or gives it other limits; what was used of it stays.
    case allow(KeyDigest, name: String, limits: KeyLimits)
    case revoke(KeyDigest)
}

/// A gateway's keys.
public struct VirtualKeys: Hashable, Codable, Sendable {
    /// One key.
    public struct Entry: Hashable, Codable, Sendable {
        public internal(set) var name: String
        public internal(set) var limits: KeyLimits
        public internal(set) var used = Usage()
        /// What requests under way may come to use.
        var reserved = KeyReservation()
        /// The minute since genesis that the counts are of.
        var minute: Int64 = 0
        var requestsThisMinute = 0
        var tokensThisMinute = 0

        /// Whether requests under way hold something back.
        public var hasReservations: Bool { reserved != KeyReservation() }
    }

    public private(set) var entries = SortedMap<KeyDigest, Entry>()

    mutating func apply(_ command: KeyCommand) {
        switch command {
        case .allow(let key, let name, let limits):
            entries[key, default: Entry(name: name, limits: limits)].name = name
            entries.update(key) { $0.limits = limits }
        case .revoke(let key): entries[key] = nil
        }
    }

    /// The name that usage is booked under; empty for no key or an unknown one.
    func name(of key: KeyDigest?) -> String { key.flatMap { entries[$0]?.name } ?? "" }

    /// The entry of a key; nil for no key or an unknown one, where none is required.
    func entry(of key: KeyDigest?, isRequired: Bool) throws(OpenAIError) -> Entry? {
        if let key, let entry = entries[key] { return entry }
        guard isRequired else { return nil }
        throw .unauthorized(
            key == nil
                ? "You didn't provide an API key. Send it as 'Authorization: Bearer KEY'."
                : "Incorrect API key provided: it is not known to this gateway.")
    }

    /// Lets a request in, or says why not: 401 without a known key, 429 beyond a limit.
    ///
    /// - Parameter wanted: What the request may come to use; held back until `release`.
    /// - Returns: The headers that tell how much is left of the minute's limits.
    mutating func admit(
        _ key: KeyDigest?, isRequired: Bool, wanted: KeyReservation, now: Instant
    ) throws(OpenAIError) -> SortedMap<String, [String]> {
        guard var current = try entry(of: key, isRequired: isRequired), let key else { return SortedMap() }
        current.begin(minuteOf: now)
        try current.check(wanted, now: now)
        current.requestsThisMinute += 1
        entries[key] = current
        hold(key, wanted)
        return current.headers(now: now)
    }

    /// Holds back what may still be used.
    mutating func hold(_ key: KeyDigest?, _ reservation: KeyReservation) {
        guard let key else { return }
        entries.update(key) { entry in
            entry.reserved.tokens += reservation.tokens
            entry.reserved.upokt = entry.reserved.upokt.sum(reservation.upokt)
        }
    }

    /// Gives back what an ended request held back.
    mutating func release(_ key: KeyDigest?, _ reservation: KeyReservation) {
        guard let key else { return }
        entries.update(key) { entry in
            // A key that was revoked and made again holds nothing back for requests from before.
            entry.reserved.tokens = max(0, entry.reserved.tokens - reservation.tokens)
            entry.reserved.upokt = max(0, entry.reserved.upokt - reservation.upokt)
        }
    }

    /// Books what an answered request used.
    mutating func charge(_ key: KeyDigest?, _ used: Usage, now: Instant) {
        guard let key else { return }
        entries.update(key) { entry in
            entry.begin(minuteOf: now)
            entry.used += used
            entry.tokensThisMinute += used.tokens.total
        }
    }
}

extension VirtualKeys.Entry {
    private static let nanosecondsPerMinute: Int64 = 60_000_000_000

    /// Whether the key may ask a model.
    func allows(_ model: String) -> Bool { limits.models?.contains(model) ?? true }

    mutating func begin(minuteOf now: Instant) {
        let current = now.nanoseconds / Self.nanosecondsPerMinute
        guard current != minute else { return }
        (minute, requestsThisMinute, tokensThisMinute) = (current, 0, 0)
    }

    func check(_ wanted: KeyReservation, now: Instant) throws(OpenAIError) {
        if let limit = limits.tokens, used.tokens.total >= limit {
            throw .quotaExceeded("The key '\(name)' has used \(used.tokens.total) of its \(limit) tokens.")
        }
        if let limit = limits.upokt, used.upokt.sum(wanted.upokt) > limit {
            throw .quotaExceeded(
                "The key '\(name)' has used \(used.upokt) of its \(limit) upokt, and this relay costs "
                    + "\(wanted.upokt).")
        }
        if let limit = limits.requestsPerMinute, requestsThisMinute >= limit {
            throw limited("Rate limit reached: \(limit) requests per minute for the key '\(name)'.", now: now)
        }
        if let limit = limits.tokensPerMinute, tokensThisMinute >= limit {
            throw limited("Rate limit reached: \(limit) tokens per minute for the key '\(name)'.", now: now)
        }
        // How much an answer takes is known only when it is there: alone a request may go beyond the limit, beside others
        // it may not.
        if let limit = limits.tokensPerMinute, reserved.tokens > 0,
            tokensThisMinute + reserved.tokens + wanted.tokens > limit
        {
            throw waiting("tokens of this minute", left: Int64(limit - tokensThisMinute), now: now)
        }
        if let limit = limits.tokens, reserved.tokens > 0, used.tokens.total + reserved.tokens + wanted.tokens > limit {
            throw waiting("tokens", left: Int64(limit - used.tokens.total), now: now)
        }
        if let limit = limits.upokt, used.upokt.sum(reserved.upokt).sum(wanted.upokt) > limit {
            throw waiting("upokt", left: limit.sum(0 - max(0, used.upokt)), now: now)
        }
    }

    /// Requests under way may use up what is left; when they have ended there may be room again.
    private func waiting(_ what: String, left: Int64, now: Instant) -> OpenAIError {
        var error = OpenAIError.rateLimited(
            "The requests of the key '\(name)' that are under way may use all of its last \(left) \(what).")
        error.headers = headers(now: now)
        error.headers["Retry-After"] = ["1"]
        return error
    }

    private func limited(_ message: String, now: Instant) -> OpenAIError {
        var error = OpenAIError.rateLimited(message)
        error.headers = headers(now: now)
        error.headers["Retry-After"] = ["\(secondsLeft(now: now))"]
        return error
    }

    private func secondsLeft(now: Instant) -> Int64 {
        let rest = Self.nanosecondsPerMinute - now.nanoseconds % Self.nanosecondsPerMinute
        return max(1, (rest + 999_999_999) / 1_000_000_000)
    }

    /// OpenAI's `x-ratelimit-…` headers.
    func headers(now: Instant) -> SortedMap<String, [String]> {
        var headers = SortedMap<String, [String]>()
        let counts = [
            ("Requests", limits.requestsPerMinute, requestsThisMinute),
            ("Tokens", limits.tokensPerMinute, tokensThisMinute),
        ]
        for (what, limit, count) in counts {
            guard let limit else { continue }
            headers["X-Ratelimit-Limit-\(what)"] = ["\(limit)"]
            headers["X-Ratelimit-Remaining-\(what)"] = ["\(max(0, limit - count))"]
            headers["X-Ratelimit-Reset-\(what)"] = ["\(secondsLeft(now: now))s"]
        }
        return headers
    }
}

extension OpenAIError {
    /// 401 `invalid_api_key`.
    static func unauthorized(_ message: String) -> OpenAIError {
        OpenAIError(status: 401, message: message, type: "invalid_request_error", code: "invalid_api_key")
    }

    /// 403 for a model that is there, but not for this key.
    static func modelNotAllowed(_ model: String, key: String) -> OpenAIError {
        OpenAIError(
            status: 403, message: "The key '\(key)' does not have access to the model '\(model)'.",
            type: "invalid_request_error", param: "model", code: "model_not_allowed")
    }

    /// 429 for a budget that is used up: waiting does not help.
    static func quotaExceeded(_ message: String) -> OpenAIError {
        var error = OpenAIError(status: 429, message: message, type: "insufficient_quota", code: "insufficient_quota")
        error.headers["X-Should-Retry"] = ["false"]
        return error
    }

    /// 429 for a limit of one minute.
    static func rateLimited(_ message: String) -> OpenAIError {
        OpenAIError(status: 429, message: message, type: "requests", code: "rate_limit_exceeded")
    }
}
