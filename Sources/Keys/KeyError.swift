/// Says why a key, signature, address or mnemonic was refused: what was expected and what was found.
public struct KeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence for a reader of a log.
    public let description: String

    private init(_ description: String) {
        self.description = description
    }
}

extension KeyError {
    static func badHex(_ reason: String) -> KeyError {
        KeyError("not hexadecimal: \(reason)")
    }

    static func badBech32(_ reason: String) -> KeyError {
        KeyError("not a bech32 text: \(reason)")
    }

    static func badPublicKey(_ reason: String) -> KeyError {
        KeyError("not a compressed secp256k1 public key: \(reason)")
    }

    static func badPrivateKey(_ reason: String) -> KeyError {
        KeyError("not a secp256k1 private key: \(reason)")
    }

    static func badMnemonic(_ reason: String) -> KeyError {
        KeyError("not a BIP-39 mnemonic: \(reason)")
    }

    static func badPath(_ path: String, _ reason: String) -> KeyError {
        KeyError("not a derivation path: \"\(path)\" \(reason); expected a form like m/44'/118'/0'/0/0")
    }

    static func badRingSignature(_ reason: String) -> KeyError {
        KeyError("not a ring signature: \(reason)")
    }

    static func cannotRingSign(_ reason: String) -> KeyError {
        KeyError("cannot make a ring signature: \(reason)")
    }
}
