public import Keys

/// The models that a gateway offers, as `GET /v1/models` returns them.
public struct ModelList: Hashable, Sendable {
    /// One model: one service of the network.
    public struct Model: Hashable, Sendable {
        public var id: String
        /// Unix seconds.
        public var created: Int64
        public var ownedBy: String

        public init(id: String, created: Int64, ownedBy: String) {
            self.id = id
            self.created = created
            self.ownedBy = ownedBy
        }

        var json: JSONValue {
            .object([
                "id": .string(id), "object": .string("model"), "created": .integer(created),
                "owned_by": .string(ownedBy),
            ])
        }

        /// The model as a JSON body.
        public var body: Bytes { json.bytes }
    }

    public var data: [Model]

    public init(data: [Model]) { self.data = data }

    /// The list as a JSON body.
    public var body: Bytes {
        JSONValue.object(["object": .string("list"), "data": .array(data.map(\.json))]).bytes
    }
}
