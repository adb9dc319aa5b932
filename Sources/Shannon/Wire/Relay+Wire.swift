import Foundation
public import Keys

extension RelayRequest {
    /// The request as `pocket.service.RelayRequest`; `meta` is written even when it is empty.
    public var wireBytes: Bytes { WireFormat.bytes(of: message) }

    /// Reads a `pocket.service.RelayRequest`.
    public init(wire: Bytes) throws(WireError) {
        self.init(message: try WireFormat.parse(Pocket_Service_RelayRequest.self, wire))
    }

    var message: Pocket_Service_RelayRequest {
        var metadata = Pocket_Service_RelayRequestMetadata()
        if let header = meta.sessionHeader { metadata.sessionHeader = header.message }
        metadata.signature = Data(meta.signature)
        metadata.supplierOperatorAddress = meta.supplierOperatorAddress.rawValue
        var message = Pocket_Service_RelayRequest()
        message.meta = metadata
        message.payload = Data(payload)
        return message
    }

    init(message: Pocket_Service_RelayRequest) {
        let meta = message.meta
        self.init(
            meta: Metadata(
                sessionHeader: meta.hasSessionHeader ? SessionHeader(message: meta.sessionHeader) : nil,
                signature: Bytes(meta.signature), supplierOperatorAddress: Address(meta.supplierOperatorAddress)),
            payload: Bytes(message.payload))
    }
}

extension RelayResponse {
    /// The response as `pocket.service.RelayResponse`; `meta` is written even when it is empty.
    public var wireBytes: Bytes { WireFormat.bytes(of: message) }

    /// Reads a `pocket.service.RelayResponse`.
    public init(wire: Bytes) throws(WireError) {
        self.init(message: try WireFormat.parse(Pocket_Service_RelayResponse.self, wire))
    }

    var message: Pocket_Service_RelayResponse {
        var metadata = Pocket_Service_RelayResponseMetadata()
        if let header = meta.sessionHeader { metadata.sessionHeader = header.message }
        metadata.supplierOperatorSignature = Data(meta.supplierOperatorSignature)
        var message = Pocket_Service_RelayResponse()
        message.meta = metadata
        message.payload = Data(payload)
        if let relayMinerError { message.relayMinerError = relayMinerError.wireMessage }
        message.payloadHash = Data(payloadHash)
        return message
    }

    init(message: Pocket_Service_RelayResponse) {
        let meta = message.meta
        self.init(
            meta: Metadata(
                sessionHeader: meta.hasSessionHeader ? SessionHeader(message: meta.sessionHeader) : nil,
                supplierOperatorSignature: Bytes(meta.supplierOperatorSignature)),
            payload: Bytes(message.payload), payloadHash: Bytes(message.payloadHash),
            relayMinerError: message.hasRelayMinerError ? RelayMinerError(message: message.relayMinerError) : nil)
    }
}

extension RelayMinerError {
    /// The error as `pocket.service.RelayMinerError`.
    public var wireBytes: Bytes { WireFormat.bytes(of: wireMessage) }

    /// Reads a `pocket.service.RelayMinerError`.
    public init(wire: Bytes) throws(WireError) {
        self.init(message: try WireFormat.parse(Pocket_Service_RelayMinerError.self, wire))
    }

    var wireMessage: Pocket_Service_RelayMinerError {
        var wireMessage = Pocket_Service_RelayMinerError()
        wireMessage.codespace = codespace
        wireMessage.code = code
        wireMessage.description_p = description
        wireMessage.message = message
        return wireMessage
    }

    init(message: Pocket_Service_RelayMinerError) {
        self.init(
            codespace: message.codespace, code: message.code, description: message.description_p,
            message: message.message)
    }
}

extension Relay {
    /// The relay as `pocket.service.Relay`.
    public var wireBytes: Bytes {
        var message = Pocket_Service_Relay()
        message.req = request.message
        message.res = response.message
        return WireFormat.bytes(of: message)
    }

    /// Reads a `pocket.service.Relay`; an absent request or response reads as an empty one, which is never valid.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Pocket_Service_Relay.self, wire)
        self.init(request: RelayRequest(message: message.req), response: RelayResponse(message: message.res))
    }
}
