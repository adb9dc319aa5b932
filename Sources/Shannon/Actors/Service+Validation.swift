import Keys

extension Service {
    /// The longest name, in bytes.
    public static let maxNameLength = 169
    /// The largest weight of a relay; upstream's `2 << 20` is twice what its comment says.
    public static let maxComputeUnitsPerRelay: UInt64 = 2_097_152
    /// The largest metadata card, in bytes.
    public static let maxMetadataSize = 262_144

    /// Whether a name is empty or at most 169 of the characters of ids and spaces (`x/shared/types/service.go`).
    public static func isValidName(_ name: String) -> Bool {
        name.utf8.count <= maxNameLength && name.utf8.allSatisfy { $0 == 0x20 || ServiceID.isWordByte($0) }
    }

    /// Refuses a service whose fields are not valid by themselves (`x/shared/types/service.go`).
    public func validate() throws(ChainError) {
        try ServiceID.validate(id)
        guard Service.isValidName(name) else {
            throw .shared(
                1109, "InvalidServiceName",
                "expected at most \(Service.maxNameLength) letters, digits, spaces, _ and -, found \"\(name)\"")
        }
        guard ownerAddress.isValid else {
            throw .shared(1107, "InvalidService", "expected a bech32 owner address, found \"\(ownerAddress)\"")
        }
        guard (1...Service.maxComputeUnitsPerRelay).contains(computeUnitsPerRelay) else {
            throw .shared(
                1110, "InvalidComputeUnitsPerRelay",
                "expected 1 … \(Service.maxComputeUnitsPerRelay) compute units, found \(computeUnitsPerRelay)")
        }
        guard let metadata else { return }
        guard (1...Service.maxMetadataSize).contains(metadata.count) else {
            throw .shared(
                1111, "InvalidServiceMetadata",
                "expected 1 … \(Service.maxMetadataSize) bytes, found \(metadata.count); leave an empty card out")
        }
    }
}

extension ServiceID {
    /// Refuses a text that cannot name a service.
    public static func validate(_ id: String) throws(ChainError) {
        guard isValid(id) else {
            throw .shared(
                1108, "InvalidServiceId", "expected 1 … \(maxLength) letters, digits, _ and -, found \"\(id)\"")
        }
    }
}

extension ChainError {
    static func shared(_ code: UInt32, _ name: String, _ message: String) -> ChainError {
        ChainError(
            codespace: "shared", code: code, name: "ErrShared\(name)", status: .invalidArgument, message: message)
    }
}
