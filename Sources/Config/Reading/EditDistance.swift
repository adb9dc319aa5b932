/// Finds what was perhaps meant by a mistyped word.
package enum EditDistance {
    /// The candidate with the fewest edits, if it takes at most a third of the word's characters, but at least two.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = max(2, word.count / 3)
        let ranked = candidates.map { (word: $0, distance: between(word, $0)) }
        // The first of equals wins, so the order of the candidates decides.
        let best = ranked.min { $0.distance < $1.distance }
        return best.flatMap { $0.distance <= limit ? $0.word : nil }
    }

    /// How many insertions, deletions, replacements and swaps of neighbours turn one word into another.
    static func between(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased().unicodeScalars), Array(right.lowercased().unicodeScalars))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
