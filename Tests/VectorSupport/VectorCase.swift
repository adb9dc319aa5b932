/// One case of a vector file, printed as `ring_vectors sign-3`.
public struct VectorCase: Sendable, CustomStringConvertible {
    /// The file's stem, such as `ring_vectors`.
    public let file: String
    /// What the case is about: its `kind`, or its `area`.
    public let kind: String
    /// Its `id`, or its `source`, or its position in the file.
    public let id: String
    /// The whole case.
    public let value: JSONValue

    init(file: String, position: Int, value: JSONValue) {
        self.file = file
        self.value = value
        kind = (try? value["kind"].string) ?? (try? value["area"].string) ?? "unnamed"
        id = (try? value["id"].string) ?? (try? value["source"].string) ?? "#\(position)"
    }

    /// The member of that name; `.null` when absent.
    public subscript(key: String) -> JSONValue { value[key] }

    public var description: String { "\(file) \(id)" }

    /// Throws a message with the case's name unless both values are equal.
    public func expect<Value: Equatable>(
        _ found: Value, is expected: Value, _ what: @autoclosure () throws -> String
    ) throws {
        guard found != expected else { return }
        throw JSONValueError("\(self): \(try what()): expected \(expected), found \(found)")
    }
}
