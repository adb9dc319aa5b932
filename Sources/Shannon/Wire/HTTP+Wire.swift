import Foundation
public import Keys

extension HTTPRequest {
    /// The request as shannon-sdk's `POKTHTTPRequest`, headers in key order.
    public var wireBytes: Bytes {
        var message = Shannon_Sdk_POKTHTTPRequest()
        message.method = method
        message.header = wire(headers)
        message.url = url
        message.bodyBz = Data(body)
        return WireFormat.bytes(of: message)
    }

    /// Reads a shannon-sdk `POKTHTTPRequest`.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Shannon_Sdk_POKTHTTPRequest.self, wire)
        self.init(
            method: message.method, url: message.url, headers: values(message.header), body: Bytes(message.bodyBz))
    }
}

extension HTTPResponse {
    /// The response as shannon-sdk's `POKTHTTPResponse`, headers in key order.
    public var wireBytes: Bytes {
        var message = Shannon_Sdk_POKTHTTPResponse()
        message.statusCode = statusCode
        message.header = wire(headers)
        message.bodyBz = Data(body)
        return WireFormat.bytes(of: message)
    }

    /// Reads a shannon-sdk `POKTHTTPResponse`.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Shannon_Sdk_POKTHTTPResponse.self, wire)
        self.init(statusCode: message.statusCode, headers: values(message.header), body: Bytes(message.bodyBz))
    }
}

private func wire(_ headers: SortedMap<String, [String]>) -> [String: Shannon_Sdk_Header] {
    var wire: [String: Shannon_Sdk_Header] = [:]
    for (key, values) in headers {
        var header = Shannon_Sdk_Header()
        header.key = key
        header.values = values
        wire[key] = header
    }
    return wire
}

private func values(_ wire: [String: Shannon_Sdk_Header]) -> SortedMap<String, [String]> {
    var headers = SortedMap<String, [String]>()
    for key in wire.keys.sorted() { headers[key] = wire[key]?.values }
    return headers
}
