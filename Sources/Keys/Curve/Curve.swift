import Csecp256k1

/// The one libsecp256k1 context of the process, which is read-only after creation and shared by all threads.
enum Curve {
    nonisolated(unsafe) static let context: OpaquePointer = {
        guard let context = secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else {
            preconditionFailure("libsecp256k1 could not make a context")
        }
        return context
    }()

    /// The order n of the group, big endian.
    static let order: Bytes = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe,
        0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
    ]

    /// The prime p of the field, big endian.
    static let prime: Bytes = Bytes(repeating: 0xff, count: 27) + [0xfe, 0xff, 0xff, 0xfc, 0x2f]
}
