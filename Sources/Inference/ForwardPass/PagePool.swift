import Glibc

/// The memory of all key/value caches: pages of 64 positions within one budget, shared where sequences begin alike.
///
/// A page remembers which tokens it holds and which page came before it. A page that no sequence uses any more stays
/// as long as nobody needs its memory, and serves the next sequence that begins with the same tokens: tokens are
/// compared, not hashes. Pages are promised before they are taken (`reserve`), so that a sequence that was let in can
/// always be finished.
final class PagePool {
    private struct Page {
        /// How many caches use it.
        var references = 0
        /// The tokens whose keys and values it holds; their number grows up to 64.
        var tokens: [Int] = []
        /// The content before it, and its own: names that are never given twice. 0 is the beginning of all sequences,
        /// or a page without content.
        var parent: UInt64 = 0
        var name: UInt64 = 0
        /// When it was last given back.
        var lastUse: UInt64 = 0
        /// Whether its memory was ever written.
        var isUsed = false
    }

    let layout: PageLayout
    /// How many pages there can be.
    let capacity: Int
    /// Whether pages serve again for sequences that begin alike.
    let isSharing: Bool
    /// Pages that some cache uses.
    private(set) var referenced = 0
    /// Pages that are promised but not taken.
    private(set) var reserved = 0
    /// How many positions were taken from other sequences' pages, since the start.
    private(set) var reusedPositions = 0
    private var pages: [Page]
    private let memory: PageMemory
    private var names: UInt64 = 0
    private var uses: UInt64 = 0

    /// A pool that takes memory only as pages are written.
    ///
    /// - Parameter budget: In bytes; it holds at least one page whatever it says.
    init(layout: PageLayout, budget: Int, isSharing: Bool = true) {
        self.layout = layout
        self.isSharing = isSharing
        let wanted = max(1, budget / layout.bytesPerPage)
        let memory = PageMemory(bytesPerPage: layout.bytesPerPage, count: wanted)
        self.memory = memory
        capacity = memory.count
        pages = Array(repeating: Page(), count: memory.count)
    }

    /// The bytes of the pages that were ever written.
    var usedBytes: Int { pages.count(where: \.isUsed) * layout.bytesPerPage }

    /// Promises pages; false when they are not to be had at the moment.
    func reserve(_ count: Int) -> Bool {
        guard referenced + reserved + count <= capacity else { return false }
        reserved += count
        return true
    }

    /// Gives promised pages back.
    func cancelReservation(_ count: Int) { reserved -= count }

    func address(of page: Int) -> UnsafeMutableRawPointer { memory.base + page * layout.bytesPerPage }

    /// The name of a page's content.
    func name(of page: Int) -> UInt64 { pages[page].name }

    /// Takes a promised page for the content after another; its memory is zero.
    ///
    /// - Parameter kept: A page that must stay although nobody uses it.
    /// - Returns: nil only when the kept page is the last that could be taken.
    func take(after parent: UInt64, keeping kept: Int? = nil) -> Int? {
        guard let place = vacantPage(except: kept) else { return nil }
        if pages[place].isUsed { memset(address(of: place), 0, layout.bytesPerPage) }
        names += 1
        pages[place] = Page(references: 1, parent: parent, name: names, isUsed: true)
        referenced += 1
        reserved -= 1
        return place
    }

    /// The page to take: one without content, or else the one that was given back the longest ago.
    private func vacantPage(except kept: Int?) -> Int? {
        var oldest: Int?
        for (place, page) in pages.enumerated() where page.references == 0 && place != kept {
            if page.name == 0 { return place }
            if let found = oldest, pages[found].lastUse <= page.lastUse { continue }
            oldest = place
        }
        return oldest
    }

    /// Uses a page that others use, or used.
    func share(_ page: Int) {
        if pages[page].references == 0 { referenced += 1 }
        pages[page].references += 1
    }

    /// Gives a page back.
    func release(_ page: Int) {
        uses += 1
        pages[page].references -= 1
        pages[page].lastUse = uses
        guard pages[page].references == 0 else { return }
        referenced -= 1
        if !isSharing { pages[page].name = 0 }
    }

    /// Says that a page now also holds more tokens; true when it is full.
    func extend(_ page: Int, by tokens: ArraySlice<Int>) -> Bool {
        pages[page].tokens += tokens
        return pages[page].tokens.count == PageLayout.positions
    }

    /// Another page of the same content as a full one, the first such.
    func twin(of page: Int) -> Int? {
        guard isSharing else { return nil }
        let own = pages[page]
        return pages.indices.first {
            $0 != page && pages[$0].name != 0 && pages[$0].parent == own.parent && pages[$0].tokens == own.tokens
        }
    }

    /// Says that the content before a page has another name.
    func setParent(of page: Int, to parent: UInt64) { pages[page].parent = parent }

    /// Gives a page back whose content is nowhere needed.
    func discard(_ page: Int) {
        release(page)
        if pages[page].references == 0 { pages[page].name = 0 }
    }

    /// The page after a content that begins with the most of some tokens, and how many these are.
    func continuation(of parent: UInt64, by tokens: ArraySlice<Int>) -> (page: Int, common: Int)? {
        guard isSharing, let first = tokens.first else { return nil }
        var best: (page: Int, common: Int)?
        for (place, page) in pages.enumerated()
        where page.name != 0 && page.parent == parent && page.tokens.first == first {
            let common = zip(page.tokens, tokens).prefix { $0 == $1 }.count
            if common > best?.common ?? 0 { best = (place, common) }
        }
        return best
    }

    /// Makes a page hold the first tokens of another.
    func copy(_ source: Int, to page: Int, count: Int) {
        memcpy(address(of: page), address(of: source), layout.bytesPerPage)
        pages[page].tokens = Array(pages[source].tokens.prefix(count))
    }

    /// Counts positions that did not have to be computed.
    func noteReuse(_ positions: Int) { reusedPositions += positions }

    /// Checks that every page is accounted for once; nil when all is well.
    var inconsistency: String? {
        let used = pages.count { $0.references > 0 }
        if used != referenced { return "expected \(referenced) referenced pages, found \(used)" }
        if referenced + reserved > capacity {
            return "expected at most \(capacity) pages, found \(referenced) used and \(reserved) promised"
        }
        if pages.contains(where: { $0.references < 0 || $0.tokens.count > PageLayout.positions }) {
            return "expected counts within bounds"
        }
        return nil
    }
}

/// One mapping for all pages: address space now, memory where it is written.
private final class PageMemory {
    let base: UnsafeMutableRawPointer
    /// How many pages it has: fewer than wanted when the system does not give so much.
    let count: Int
    private let mappedBytes: Int

    init(bytesPerPage: Int, count wanted: Int) {
        var count = wanted
        while count > 1 {
            let bytes = count * bytesPerPage
            if let map = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
                map != MAP_FAILED
            {
                madvise(map, bytes, Int32(MADV_HUGEPAGE))
                (base, self.count, mappedBytes) = (map, count, bytes)
                return
            }
            count /= 2
        }
        base = .allocate(byteCount: bytesPerPage, alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: bytesPerPage)
        (self.count, mappedBytes) = (1, 0)
    }

    deinit {
        if mappedBytes > 0 { munmap(base, mappedBytes) } else { base.deallocate() }
    }
}
