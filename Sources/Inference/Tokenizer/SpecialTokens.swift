/// Tokens that are written as a whole, such as `<|im_start|>`, to be found in a text.
///
/// Their texts are sorted: those that share a beginning stand together, so that each byte of the text narrows the
/// candidates by a binary search, however many there are.
struct SpecialTokens: Sendable {
    /// Longer ones are refused; they would make the search slow for a text made for that.
    static let longest = 256

    private let texts: [[UInt8]]
    private let tokens: [Int]
    /// For each first byte the places of its texts.
    private let places: [Range<Int>]

    init(_ entries: [(text: [UInt8], token: Int)]) {
        let sorted = entries.filter { !$0.text.isEmpty }
            .sorted { $0.text != $1.text ? $0.text.lexicographicallyPrecedes($1.text) : $0.token < $1.token }
        texts = sorted.map(\.text)
        tokens = sorted.map(\.token)
        var places = [Range<Int>](repeating: 0..<0, count: 256)
        for (place, text) in texts.enumerated() {
            let range = places[Int(text[0])]
            places[Int(text[0])] = (range.isEmpty ? place : range.lowerBound)..<place + 1
        }
        self.places = places
    }

    var count: Int { texts.count }

    /// The longest of the tokens that a text continues with; of equal ones the first.
    func match(in utf8: [UInt8], at start: Int) -> (length: Int, token: Int)? {
        var range = places[Int(utf8[start])]
        var found: (Int, Int)?
        var length = 1
        while !range.isEmpty {
            // The shortest of a range comes first.
            if texts[range.lowerBound].count == length {
                found = (length, tokens[range.lowerBound])
                while let first = range.first, texts[first].count == length { range.removeFirst() }
            }
            guard start + length < utf8.count else { break }
            range = narrowed(range, at: length, to: utf8[start + length])
            length += 1
        }
        return found
    }

    /// The texts of a range that have a byte at a place; all of the range are longer than that.
    private func narrowed(_ range: Range<Int>, at place: Int, to byte: UInt8) -> Range<Int> {
        func first(_ isBeyond: (UInt8) -> Bool) -> Int {
            var (low, high) = (range.lowerBound, range.upperBound)
            while low < high {
                let middle = (low + high) / 2
                if isBeyond(texts[middle][place]) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        return first { $0 >= byte }..<first { $0 > byte }
    }
}
