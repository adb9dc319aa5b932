import CKernels
import Foundation
import Synchronization

/// A few threads that share the pieces of one piece of work after another, with microseconds between them.
///
/// The caller works too. Pieces are handed out one by one, so a thread that the system holds up delays at most the
/// piece it has. Which thread takes a piece never changes a result: a piece is always computed whole.
final class WorkerTeam: Sendable {
    private let board = Board()
    private let turn = Mutex(())

    /// How many threads work, the caller included.
    let count: Int

    init(count: Int = WorkerTeam.defaultCount) {
        self.count = max(1, count)
        for index in 1..<max(1, self.count) {
            let thread = Thread { [board] in board.work() }
            thread.name = "localnet-worker-\(index)"
            thread.start()
        }
    }

    deinit { board.close() }

    /// As many as there are processors, up to eight: beyond that the memory is the limit.
    static var defaultCount: Int { min(8, ProcessInfo.processInfo.activeProcessorCount) }

    /// Calls the body once for each of `0 ..< pieces`, from several threads, and returns when all are done.
    func run(_ pieces: Int, _ body: (Int) -> Void) {
        guard pieces > 1, count > 1 else {
            for piece in 0..<max(0, pieces) { body(piece) }
            return
        }
        turn.withLock { _ in
            withoutActuallyEscaping(body) { board.share($0, among: pieces) }
        }
    }
}

/// Where work is put up and taken from.
private final class Board: @unchecked Sendable {
    /// How often a thread looks for work, or for its end, before it lets other threads of the system go first: some
    /// tens of microseconds, longer than what a caller does between two pieces of work.
    private static let patience = 2_000
    /// How often it looks before it sleeps.
    private static let longPatience = 4_000

    /// Generation (24 bits), number of pieces (20 bits), next piece (20 bits): one word, so that a piece can only be
    /// taken from the work that it belongs to.
    private let offer = Atomic<UInt64>(0)
    private let finished = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)
    private let bell = NSCondition()
    /// Written while no work is on offer; read by those who took a piece, which keeps the work from ending.
    private var body: ((Int) -> Void)?

    func share(_ body: @escaping (Int) -> Void, among pieces: Int) {
        self.body = body
        finished.store(0, ordering: .relaxed)
        let generation = (offer.load(ordering: .relaxed) >> 40 &+ 1) & 0xff_ffff
        offer.store(generation << 40 | UInt64(pieces) << 20, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            bell.lock()
            bell.broadcast()
            bell.unlock()
        }
        takePieces()
        var looks = 0
        while finished.load(ordering: .acquiring) < pieces {
            looks += 1
            if looks > Self.patience { sched_yield() } else { ck_pause() }
        }
        self.body = nil
    }

    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        bell.lock()
        bell.broadcast()
        bell.unlock()
    }

    /// What each thread but the caller does until the board is closed.
    func work() {
        var looks = 0
        while !isClosed.load(ordering: .relaxed) {
            if takePieces() {
                looks = 0
            } else if looks < Self.longPatience {
                looks += 1
                if looks > Self.patience { sched_yield() } else { ck_pause() }
            } else {
                sleep()
                looks = 0
            }
        }
    }

    /// Takes and does pieces until none is left; false when there was none.
    @discardableResult
    private func takePieces() -> Bool {
        var hasWorked = false
        var seen = offer.load(ordering: .acquiring)
        while seen & 0xf_ffff < seen >> 20 & 0xf_ffff {
            let (taken, current) = offer.compareExchange(
                expected: seen, desired: seen + 1, ordering: .acquiringAndReleasing)
            guard taken else {
                seen = current
                continue
            }
            body?(Int(seen & 0xf_ffff))
            finished.wrappingAdd(1, ordering: .releasing)
            hasWorked = true
            seen = offer.load(ordering: .acquiring)
        }
        return hasWorked
    }

    private func sleep() {
        bell.lock()
        defer { bell.unlock() }
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
        while !isClosed.load(ordering: .sequentiallyConsistent) {
            let seen = offer.load(ordering: .sequentiallyConsistent)
            if seen & 0xf_ffff < seen >> 20 & 0xf_ffff { return }
            bell.wait()
        }
    }
}
