/// The values of all leaves, one after the other in a few large segments.
///
/// Segments bound what a change after a copy has to duplicate: the copy shares all but the last of them.
struct ValueArena: Sendable {
    /// Where a value lies.
    struct Place: Equatable, Sendable {
        static let nothing = Place(segment: 0, start: 0, count: 0)

        fileprivate var segment: UInt32
        fileprivate var start: UInt32
        fileprivate(set) var count: UInt32
    }

    /// A value longer than this gets a segment of its own.
    private static let segmentByteCount = 1 << 18

    private var segments: [[UInt8]] = []
    private(set) var byteCount = 0
    private var deadByteCount = 0

    /// True once more than half of a large arena is dead.
    var isWasteful: Bool { deadByteCount > 1 << 16 && deadByteCount > byteCount / 2 }

    subscript(place: Place) -> ArraySlice<UInt8> {
        guard place.count > 0 else { return [] }
        let start = Int(place.start)
        return segments[Int(place.segment)][start..<(start + Int(place.count))]
    }

    /// Lends the bytes of a value.
    func withBytes<Result>(at place: Place, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard place.count > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        let start = Int(place.start)
        return segments[Int(place.segment)].withUnsafeBytes { segment in
            body(UnsafeRawBufferPointer(rebasing: segment[start..<(start + Int(place.count))]))
        }
    }

    mutating func append(_ value: some Collection<UInt8>) -> Place {
        let count = value.count
        guard count > 0 else { return .nothing }
        if segments.last.map({ $0.count + count > Self.segmentByteCount }) ?? true {
            var segment: [UInt8] = []
            // The first segment grows as it is filled: most tries are small.
            if !segments.isEmpty { segment.reserveCapacity(max(count, Self.segmentByteCount)) }
            segments.append(segment)
        }
        let last = segments.count - 1
        let start = segments[last].count
        segments[last].append(contentsOf: value)
        byteCount += count
        return Place(
            segment: UInt32(truncatingIfNeeded: last), start: UInt32(truncatingIfNeeded: start),
            count: UInt32(truncatingIfNeeded: count))
    }

    mutating func discard(_ place: Place) {
        deadByteCount += Int(place.count)
    }
}
