import SMST
import VectorSupport

/// Rebuilds the tries that the vector file describes.
enum SMSTVectors {
    static let file = "smst_vectors"
    static let kinds: [String] = [
        "empty", "size1", "size2", "size3", "size10", "size100", "size1000", "long_prefix", "identity_prefix",
        "update_existing", "delete", "weight_edge", "value_edge", "relay_like", "commit_reimport", "order", "fuzz",
    ]

    static func all() throws -> [VectorCase] { try VectorFile.load(file) }

    static func pathHasher(of vector: VectorCase) throws -> PathHasher {
        switch try vector["path_hasher"].string {
        case "sha256": return .sha256
        case "identity": return .identity
        case let other: throw JSONValueError("unknown path hasher \(other)")
        }
    }

    /// Replays every operation; calls `afterEach` with the root that is expected then, if the case states one.
    static func replay(
        _ vector: VectorCase, afterEach: (inout SparseMerkleSumTrie, JSONValue) throws -> Void = { _, _ in }
    ) throws -> SparseMerkleSumTrie {
        var trie = SparseMerkleSumTrie(pathHasher: try pathHasher(of: vector))
        for operation in try vector["ops"].array {
            switch try operation["op"].string {
            case "update":
                try trie.update(
                    key: operation["key"].bytes, value: operation["value"].bytes, weight: operation["weight"].uint64)
            case "delete":
                try delete(operation, from: &trie)
            case "commit_reimport":
                trie.commit()
                trie = try SparseMerkleSumTrie(encoded: trie.encoded())
            case let other:
                throw JSONValueError("unknown operation \(other)")
            }
            try afterEach(&trie, operation)
        }
        return trie
    }

    private static func delete(_ operation: JSONValue, from trie: inout SparseMerkleSumTrie) throws {
        let expectsError = !operation["error"].isNull
        do {
            try trie.delete(key: operation["key"].bytes)
            if expectsError { throw JSONValueError("deleting a missing key did not fail") }
        } catch SMSTError.keyNotFound {
            if !expectsError { throw JSONValueError("a key that should exist was not found") }
        }
    }

    static func root(_ value: JSONValue) throws -> Root {
        guard let root = Root(bytes: try value.bytes) else { throw JSONValueError("a root that is not 48 bytes") }
        return root
    }

    static func proof(_ value: JSONValue) throws -> MembershipProof {
        MembershipProof(
            sideNodes: try value["side_nodes"].array.map { try $0.bytes },
            nonMembershipLeafData: try value["non_membership_leaf_data"].optional?.bytes,
            siblingData: try value["sibling_data"].optional?.bytes)
    }

    static func compact(_ value: JSONValue) throws -> CompactMembershipProof {
        CompactMembershipProof(
            sideNodes: try value["side_nodes"].array.map { try $0.bytes },
            nonMembershipLeafData: try value["non_membership_leaf_data"].optional?.bytes,
            bitMask: try value["bit_mask"].bytes, sideNodeCount: try value["num_side_nodes"].int,
            siblingData: try value["sibling_data"].optional?.bytes)
    }

    /// The reference's name for the stage at which a proof was refused.
    static func stage(_ verdict: ProofVerdict) -> String {
        switch verdict.stage {
        case .decode: "unmarshal"
        case .expand: "decompact"
        case .path: "path_mismatch"
        case .form: "verify_error"
        case .root: "verify_false"
        case .accepted: "valid"
        }
    }
}

/// A test's own way to turn bytes into text, to name what differs.
func hex(_ bytes: [UInt8]?) -> String {
    guard let bytes else { return "nothing" }
    return bytes.map { byte in
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }.joined()
}
