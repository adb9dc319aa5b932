extension Array {
    /// Whether both are the same piece of memory, so that their elements need not be compared.
    @inlinable
    public func isSameArray(as other: [Element]) -> Bool {
        guard count == other.count else { return false }
        return withUnsafeBufferPointer { own in other.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress } }
    }
}
