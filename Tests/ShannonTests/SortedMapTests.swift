import Shannon
import Testing

@Suite("A sorted map")
struct SortedMapTests {
    @Test(
        "tells what has changed since an older state, whatever has happened", arguments: 1...20 as ClosedRange<UInt64>)
    func changes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var old = SortedMap<Int, Int>()
        for _ in 0..<50 { old[Int.random(in: 0..<80, using: &random)] = Int.random(in: 0..<4, using: &random) }
        var new = old
        for _ in 0..<Int.random(in: 0..<40, using: &random) {
            let isGone = Bool.random(using: &random)
            new[Int.random(in: 0..<80, using: &random)] = isGone ? nil : Int.random(in: 0..<4, using: &random)
        }
        let expected = (0..<80).filter { new[$0] != nil && new[$0] != old[$0] }
        let part = new.changed(since: old)
        #expect(part.keys == expected)
        #expect(part.values == expected.map { new[$0] })
        var completed = part
        completed.complete(from: new)
        #expect(completed == new)
        let isDivided = new.changed(since: old, isSame: { $0 / 2 == $1 / 2 }, { $0 * 10 + $1 })
        for key in 0..<80 {
            guard let value = new[key] else { continue }
            guard let before = old[key] else {
                #expect(isDivided[key] == value)
                continue
            }
            #expect(isDivided[key] == (value / 2 == before / 2 ? nil : value * 10 + before))
        }
    }

    @Test("has not changed since a copy of it was made")
    func copy() {
        var map = SortedMap<String, [Int]>()
        map["a"] = [1]
        let copy = map
        #expect(map.changed(since: copy).isEmpty)
        map["a", default: []].append(2)
        #expect(map.changed(since: copy) { Array($0.dropFirst($1.count)) }["a"] == [2])
    }
}
