import Onchain

extension World {
    /// The ids of every invariant that is checked after every block: the chain's, then those that only the world can
    /// see. W4 is asked of worlds from outside only, because no block can break it.
    public static var invariantIDs: [String] {
        Chain.invariantIDs + ["R1", "R2", "R3", "C2", "C3", "G1", "W1", "W2", "W3"]
    }
}
