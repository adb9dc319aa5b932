/// What can go wrong when a trie is changed, proven or read.
public enum SMSTError: Error, Hashable, Sendable {
    /// A key cannot be turned into a path: the identity path hasher takes exactly 32 bytes.
    case keyLength(expected: Int, found: Int)
    /// A path is not 32 bytes long.
    case pathLength(expected: Int, found: Int)
    /// The trie holds no leaf for this key.
    case keyNotFound
    /// A value is longer than the trie accepts.
    case valueTooLong(limit: Int, found: Int)
    /// The trie holds as many leaves as its links can address.
    case full(limit: Int)
    /// A Go gob stream cannot be read; `offset` is the first byte that does not fit.
    case malformedGob(offset: Int, reason: String)
    /// A proof cannot be compacted or expanded.
    case malformedProof(reason: String)
    /// The stored form of a trie cannot be read.
    case malformedEncoding(offset: Int, reason: String)
}

extension SMSTError: CustomStringConvertible {
    /// One line: what was expected, what was found, what to do.
    public var description: String {
        switch self {
        case .keyLength(let expected, let found):
            "expected a key of \(expected) bytes, found \(found): the identity path hasher uses the key as the path"
        case .pathLength(let expected, let found):
            "expected a path of \(expected) bytes, found \(found): hash what the path is derived from"
        case .keyNotFound:
            "expected a key that the trie holds, found none: insert it first"
        case .valueTooLong(let limit, let found):
            "expected a value of at most \(limit) bytes, found \(found): store it elsewhere and insert its hash"
        case .full(let limit):
            "expected fewer than \(limit) leaves: start another trie"
        case .malformedGob(let offset, let reason):
            "expected a gob of a compact proof, found at byte \(offset): \(reason)"
        case .malformedProof(let reason):
            "malformed proof: \(reason)"
        case .malformedEncoding(let offset, let reason):
            "expected a stored trie, found at byte \(offset): \(reason)"
        }
    }
}
