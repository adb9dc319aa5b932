public import Keys
public import Shannon

/// An error in the shape and with the status of OpenAI's API.
public struct OpenAIError: Error, Hashable, Codable, Sendable {
    /// The HTTP status.
    public var status: UInt32
    public var message: String
    /// OpenAI's class of the error, for example `invalid_request_error`.
    public var type: String
    /// The request's field that is wrong.
    public var param: String?
    public var code: String?
    /// Headers that go with it.
    public var headers = SortedMap<String, [String]>()

    public init(status: UInt32, message: String, type: String, param: String? = nil, code: String? = nil) {
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
    }

    /// 400: the request is wrong.
    public static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> OpenAIError {
        OpenAIError(status: 400, message: message, type: "invalid_request_error", param: param, code: code)
    }

    /// 404 `model_not_found`.
    public static func modelNotFound(_ model: String, available: [String]) -> OpenAIError {
        OpenAIError(
            status: 404,
            message: "The model '\(model)' does not exist here. Available: \(available.joined(separator: ", ")).",
            type: "invalid_request_error", param: "model", code: "model_not_found")
    }

    /// 404 for a path that leads nowhere.
    public static func unknownRoute(_ method: String, _ path: String) -> OpenAIError {
        OpenAIError(
            status: 404, message: "Unknown request URL: \(method) \(path). GET /v1/models lists what is served.",
            type: "invalid_request_error", code: "unknown_url")
    }

    /// 405 for a known path with another method.
    public static func wrongMethod(_ method: String, _ path: String, allowed: String) -> OpenAIError {
        OpenAIError(
            status: 405, message: "\(method) is not allowed for \(path). Use \(allowed).",
            type: "invalid_request_error", code: "method_not_allowed")
    }

    /// 503: nobody could serve the request now.
    public static func unavailable(_ message: String) -> OpenAIError {
        OpenAIError(status: 503, message: message, type: "server_error", code: "service_unavailable")
    }

    /// 503: a supplier has no room now; another one may have.
    public static func busy(_ message: String) -> OpenAIError {
        var error = OpenAIError(status: 503, message: message, type: "server_error", code: "queue_full")
        error.headers["Retry-After"] = ["1"]
        return error
    }

    /// 429: nobody has room now; there is room again in a moment.
    public static func queueFull(_ message: String) -> OpenAIError {
        var error = OpenAIError(status: 429, message: message, type: "server_error", code: "queue_full")
        error.headers["Retry-After"] = ["1"]
        return error
    }

    /// 500: something of ours went wrong.
    public static func unexpected(_ message: String) -> OpenAIError {
        OpenAIError(status: 500, message: message, type: "server_error", code: "internal_error")
    }

    /// `{"error":{"message","type","param","code"}}`; absent fields are null, as OpenAI sends them.
    public var json: JSONValue {
        .object([
            "error": .object([
                "message": .string(message), "type": .string(type), "param": .optional(param),
                "code": .optional(code),
            ])
        ])
    }

    /// The error as a JSON body.
    public var body: Bytes { json.bytes }

    /// The whole response.
    public var response: HTTPResponse {
        var response = HTTPResponse.json(status: status, body: body)
        for (name, values) in headers { response.headers[name] = values }
        return response
    }
}

extension HTTPResponse {
    /// A response with a JSON body.
    public static func json(status: UInt32, body: Bytes) -> HTTPResponse {
        var headers = SortedMap<String, [String]>()
        headers["Content-Type"] = ["application/json"]
        return HTTPResponse(statusCode: status, headers: headers, body: body)
    }
}
