public import Keys
public import Shannon

/// What proves an answer: who asked, who answered, that it was claimed, and what it earned.
///
/// It needs nothing but itself to be checked: see `verify(issuedBy:)`. Signatures and hashes prove that the holders of
/// the application's and the supplier's keys signed request and answer, that the supplier signed a claim of this
/// session, and that the relay is a leaf of what is claimed. On the issuer's word alone, which its seal is, rest what it
/// saw onchain: that the session's block hash and the parties' keys are the chain's, that the claim was taken in, heights,
/// and the settlement with its amounts.
///
/// It holds the whole request, prompt included, in clear, and of the answer nothing but its payload's hash.
public struct Receipt: Hashable, Codable, Sendable {
    /// The version of this layout.
    public var version = 1
    public var chainID: String
    /// SHA-256 of the relay: the receipt's id and the leaf's key.
    public var relayHash: HexText
    /// The mined relay (`pocket.service.Relay`): session header, the ring's signature, the supplier's, the payload hash.
    public var relay: HexText
    /// The hash of the session's first block, from which the session's id comes.
    public var sessionBlockHash: HexText
    /// The supplier's public key, 33 bytes.
    public var supplierKey: HexText
    /// The claim that counts the relay, once it is onchain.
    public var claim: ClaimedLeaf?
    /// What the claim earned, once it is settled.
    public var settlement: SettledClaim?
    /// The public key of the gateway that issued it, 33 bytes.
    public var issuerKey: HexText
    /// The gateway's signature over everything else, 64 bytes.
    public var seal: HexText

    /// A relay's place in a claimed trie.
    public struct ClaimedLeaf: Hashable, Codable, Sendable {
        /// The supplier's signed transaction with the claim, in our own encoding.
        public var transaction: HexText
        /// The height of its block.
        public var height: Height
        /// The leaf's weight.
        public var computeUnits: UInt64
        /// The 48-byte digests beside the way from leaf to root, deepest first.
        public var path: [HexText]

        public init(transaction: Bytes, height: Height, computeUnits: UInt64, path: [Bytes]) {
            self.transaction = HexText(transaction)
            self.height = height
            self.computeUnits = computeUnits
            self.path = path.map(HexText.init)
        }
    }

    /// The end of a claim.
    public struct SettledClaim: Hashable, Codable, Sendable {
        /// `ClaimSettled`, `ClaimExpired` or `ClaimDiscarded`.
        public var event: String
        public var height: Height
        /// All relays of the claim.
        public var relays: UInt64
        /// What the claim asked for, what the application paid, and what was minted for it, in upokt.
        public var claimedUpokt: Int64
        public var settledUpokt: Int64
        public var mintedUpokt: Int64

        public init(
            event: String, height: Height, relays: UInt64, claimedUpokt: Int64, settledUpokt: Int64, mintedUpokt: Int64
        ) {
            self.event = event
            self.height = height
            self.relays = relays
            self.claimedUpokt = claimedUpokt
            self.settledUpokt = settledUpokt
            self.mintedUpokt = mintedUpokt
        }
    }

    public init(
        chainID: String, relayHash: Bytes, relay: Bytes, sessionBlockHash: Bytes, supplierKey: PublicKey,
        claim: ClaimedLeaf? = nil, settlement: SettledClaim? = nil, issuerKey: PublicKey
    ) {
        self.chainID = chainID
        self.relayHash = HexText(relayHash)
        self.relay = HexText(relay)
        self.sessionBlockHash = HexText(sessionBlockHash)
        self.supplierKey = HexText(supplierKey.bytes)
        self.claim = claim
        self.settlement = settlement
        self.issuerKey = HexText(issuerKey.bytes)
        seal = HexText([])
    }

    /// What the seal covers.
    var sealedBytes: Bytes {
        var bare = self
        bare.seal = HexText([])
        return Array("localnet receipt".utf8) + BinaryEncoder.encode(bare)
    }

    /// The same, sealed by its issuer.
    func sealed(with key: PrivateKey) -> Receipt {
        var sealed = self
        sealed.seal = HexText(key.sign(sealedBytes))
        return sealed
    }
}

/// Bytes that are written as lower-case hexadecimal and in no other way.
public struct HexText: Hashable, Codable, Sendable {
    public let bytes: Bytes

    public init(_ bytes: Bytes) { self.bytes = bytes }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let bytes = try? Bytes(hex: text), bytes.hex == text else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected lower-case hexadecimal, found \(text.prefix(20))")
        }
        self.bytes = bytes
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes.hex)
    }
}
