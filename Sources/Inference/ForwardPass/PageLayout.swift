/// What a page of the key/value cache looks like.
///
/// A page holds 64 positions: for each layer and key/value head a tile of their keys, then a tile of their values. How
/// the 64 × headWidth elements stand in a tile, and as which type, is the path's own business; in both paths of this
/// program a tile's positions do not depend on one another, so that a page can be copied and overwritten from any
/// position on.
struct PageLayout: Hashable, Sendable {
    /// Positions of a page.
    static let positions = 64

    let layers: Int
    let keyValueHeads: Int
    let headWidth: Int
    let bytesPerElement: Int

    /// - Parameter headWidth: What a position takes in a tile, where that is more than the model's own head width.
    init(shape: ModelShape, headWidth: Int? = nil, bytesPerElement: Int) {
        layers = shape.layers
        keyValueHeads = shape.keyValueHeads
        self.headWidth = headWidth ?? shape.headWidth
        self.bytesPerElement = bytesPerElement
    }

    /// The bytes of one tile: 64 positions of one head's keys, or of its values.
    var bytesPerTile: Int { Self.positions * headWidth * bytesPerElement }
    /// The bytes of a page: all layers, all heads.
    var bytesPerPage: Int { 2 * layers * keyValueHeads * bytesPerTile }

    /// Where in a page the keys of a layer's head begin; their values follow a tile later.
    func offset(layer: Int, head: Int) -> Int { 2 * (layer * keyValueHeads + head) * bytesPerTile }

    /// How many pages hold a number of positions.
    static func pages(for positions: Int) -> Int { (positions + Self.positions - 1) / Self.positions }
}
