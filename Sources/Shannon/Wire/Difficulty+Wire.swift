import Foundation
public import Keys

extension RelayMiningDifficulty {
    /// The difficulty as `pocket.service.RelayMiningDifficulty`.
    public var wireBytes: Bytes {
        var message = Pocket_Service_RelayMiningDifficulty()
        message.serviceID = serviceID
        message.blockHeight = blockHeight
        message.numRelaysEma = numRelaysEMA
        message.targetHash = Data(targetHash)
        return WireFormat.bytes(of: message)
    }

    /// Reads a `pocket.service.RelayMiningDifficulty`.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Pocket_Service_RelayMiningDifficulty.self, wire)
        self.init(
            serviceID: message.serviceID, blockHeight: message.blockHeight, numRelaysEMA: message.numRelaysEma,
            targetHash: Bytes(message.targetHash))
    }
}
