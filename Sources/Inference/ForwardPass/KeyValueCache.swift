/// The keys and values of one sequence: pages of 64 positions, of which the first ones may be shared.
///
/// Only the thread that runs the forward pass touches it. It holds a promise of all the pages that the sequence may
/// come to need.
final class KeyValueCache {
    /// A shorter common beginning of a page is computed rather than copied.
    private static let leastCopied = 8

    private let pool: PagePool
    private var pages: [Int] = []
    /// Where each page is.
    private(set) var addresses: [UnsafeMutableRawPointer] = []
    /// How many positions are filled.
    private(set) var count = 0
    /// Pages that are promised and not yet taken.
    private var reserved = 0

    /// The path's layout of a page.
    var layout: PageLayout { pool.layout }

    /// A cache for a sequence, with what the pool knows of its beginning already in it.
    ///
    /// - Parameters:
    ///   - positions: The most that the sequence will have.
    ///   - beginning: The tokens that may be taken over from other sequences, once they are in the pool.
    /// - Returns: nil while the pool has too few pages.
    init?(pool: PagePool, positions: Int, beginning: ArraySlice<Int> = []) {
        self.pool = pool
        let wanted = PageLayout.pages(for: positions)
        takeOverFullPages(of: beginning)
        guard pool.reserve(wanted - pages.count) else { return nil }
        reserved = wanted - pages.count
        takeOver(beginning)
    }

    deinit {
        // The last page first, so that the pages before it are the later ones to go.
        for page in pages.reversed() { pool.release(page) }
        pool.cancelReservation(reserved)
    }

    /// The keys of 64 positions of a head: the path's [64 × headWidth].
    func keys(layer: Int, head: Int, page: Int) -> UnsafeMutableRawPointer {
        addresses[page] + layout.offset(layer: layer, head: head)
    }

    /// The values of 64 positions of a head: the path's [64 × headWidth].
    func values(layer: Int, head: Int, page: Int) -> UnsafeMutableRawPointer {
        keys(layer: layer, head: head, page: page) + layout.bytesPerTile
    }

    /// Takes over what the pool has learned meanwhile of this sequence's next tokens, when a page is to begin.
    ///
    /// - Parameter beginning: As for `init`: from the sequence's first token on.
    func takeOver(_ beginning: ArraySlice<Int>) {
        guard count == pages.count * PageLayout.positions else { return }
        let before = pages.count
        takeOverFullPages(of: beginning)
        let taken = min(reserved, pages.count - before)
        pool.cancelReservation(taken)
        reserved -= taken
        copyPartOfPage(of: beginning)
    }

    private func takeOverFullPages(of beginning: ArraySlice<Int>) {
        while let (page, common) = pool.continuation(of: lastName, by: beginning.dropFirst(count)),
            common == PageLayout.positions
        {
            pool.share(page)
            append(page)
            count += common
            pool.noteReuse(common)
        }
    }

    private func copyPartOfPage(of beginning: ArraySlice<Int>) {
        guard reserved > 0, let (source, common) = pool.continuation(of: lastName, by: beginning.dropFirst(count)),
            common >= Self.leastCopied, common < PageLayout.positions,
            let page = pool.take(after: lastName, keeping: source)
        else { return }
        reserved -= 1
        pool.copy(source, to: page, count: common)
        append(page)
        count += common
        pool.noteReuse(common)
    }

    /// Takes pages for more positions out of the promise.
    func makeRoom(for more: Int) {
        while pages.count * PageLayout.positions < count + more, reserved > 0,
            let page = pool.take(after: lastName)
        {
            reserved -= 1
            append(page)
        }
    }

    /// Says that the next tokens are in the cache, in every layer.
    func advance(over tokens: ArraySlice<Int>) {
        var rest = tokens
        while !rest.isEmpty {
            let place = count / PageLayout.positions
            let part = rest.prefix(PageLayout.positions - count % PageLayout.positions)
            count += part.count
            rest = rest.dropFirst(part.count)
            if pool.extend(pages[place], by: part) { joinTwin(of: place) }
        }
    }

    /// Uses a page of the same content instead of an own one, so that what follows either is found by both.
    private func joinTwin(of place: Int) {
        guard let twin = pool.twin(of: pages[place]) else { return }
        pool.share(twin)
        pool.discard(pages[place])
        pages[place] = twin
        addresses[place] = pool.address(of: twin)
        if place + 1 < pages.count { pool.setParent(of: pages[place + 1], to: pool.name(of: twin)) }
    }

    private var lastName: UInt64 { pages.last.map(pool.name(of:)) ?? 0 }

    private func append(_ page: Int) {
        pages.append(page)
        addresses.append(pool.address(of: page))
    }
}
