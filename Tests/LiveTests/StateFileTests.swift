import Foundation
import Keys
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("State files", .timeLimit(.minutes(1)))
struct StateFileTests {
    private func started(_ spec: NetworkSpec = smallSpec(), pacer: ManualPacer = ManualPacer()) async throws
        -> Localnet
    {
        let net = try Localnet(
            spec: spec, backend: ScriptedBackend(), store: MemoryStore(), pace: .manual, pacer: pacer)
        try await net.start()
        return net
    }

    /// A network that has done something, and the file of it.
    private func dumped(_ spec: NetworkSpec = smallSpec()) async throws -> (world: World, bytes: Bytes) {
        let net = try await started(spec)
        #expect(await net.submit(chat("Keep me"), gateway: "gateway1").statusCode == 200)
        try await net.advance(to: Moment(parsing: "5 blocks"))
        let file = try await net.dump()
        let world = await net.snapshot()
        await net.stop()
        let bytes = Bytes(file.pieces(of: 1_000).joined())
        #expect(bytes.count == file.count)
        return (world, bytes)
    }

    private func read(_ bytes: Bytes, by size: Int = 777) throws -> StateFile {
        var reader = StateFileReader()
        for start in stride(from: 0, to: bytes.count, by: size) {
            try reader.take(bytes[start..<min(start + size, bytes.count)])
        }
        return try reader.finish()
    }

    @Test("what was written is read, however it arrives", arguments: [1, 777, 1 << 20])
    func roundTrip(_ size: Int) async throws {
        let (world, bytes) = try await dumped()
        #expect(try read(bytes, by: size).open() == world)
    }

    @Test("another network of the same settings goes on with it, at its time")
    func load() async throws {
        let (world, bytes) = try await dumped()
        let pacer = ManualPacer(unixNanoseconds: 1_900_000_000_000_000_000)
        let net = try await started(pacer: pacer)
        try await net.load(read(bytes))
        #expect(await net.snapshot() == world)
        let block = try await net.makeBlock()
        #expect(block.height == world.chain.height + 1)
        #expect(block.time.since(world.now) < .seconds(1))
        await net.stop()
    }

    @Test("a file that is cut off anywhere is refused, and so is one with more behind it")
    func truncated() async throws {
        let bytes = try await dumped().bytes
        for count in [0, 1, 14, 15, 18, 19, 26, 27, 200, bytes.count / 2, bytes.count - 32, bytes.count - 1] {
            let error = #expect(throws: StateFileError.self) { try read(Bytes(bytes.prefix(count))) }
            guard case .truncated(count, let missing)? = error else {
                Issue.record("\(count): expected truncated, found \(String(describing: error))")
                continue
            }
            #expect(missing > 0)
        }
        let error = #expect(throws: StateFileError.self) { try read(bytes + [0]) }
        #expect(error == .damaged("1 bytes follow its end"))
    }

    @Test("a file with a bit changed anywhere is refused")
    func damaged() async throws {
        let bytes = try await dumped().bytes
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 97)) {
            var changed = bytes
            changed[place] ^= 0x10
            #expect(throws: StateFileError.self, "byte \(place)") { try read(changed).open() }
        }
    }

    @Test("other files, other versions and other networks are refused by what they are")
    func others() async throws {
        let bytes = try await dumped().bytes
        #expect(throws: StateFileError.noState) { try read(Array("SQLite format 3, and so on".utf8)) }
        #expect(throws: StateFileError.noState) { try read(Array("no".utf8)) }
        var newer = bytes
        newer[15] = 9
        #expect(throws: StateFileError.otherVersion(found: "layout 9", expected: "layout 1")) { try read(newer) }
        let other = try await dumped(smallSpec(seed: 8)).bytes
        let error = #expect(throws: StateFileError.self) { try read(other).open(for: smallSpec()) }
        #expect(error?.description.contains("the seed is 7 now and 8 there") == true)
        let net = try await started()
        let before = await net.snapshot()
        await #expect(throws: StateFileError.self) { try await net.load(read(other)) }
        #expect(await net.snapshot() == before)
        await net.stop()
    }
}

@Suite("What is made under another name")
struct PartialPathTests {
    @Test("is there as a whole, and leaves nothing when it is given up")
    func complete() throws {
        let directory = try TemporaryDirectory()
        let target = directory.appending("file")
        func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }
        for text in ["one", "two"] {
            let partial = PartialPath(of: target)
            try Data(text.utf8).write(to: URL(fileURLWithPath: partial.path))
            #expect(partial.path != target)
            try partial.complete()
            partial.discard()
            #expect(try String(contentsOfFile: target, encoding: .utf8) == text)
            #expect(try names() == ["file"])
        }
        let partial = PartialPath(of: target)
        try Data("three".utf8).write(to: URL(fileURLWithPath: partial.path))
        partial.discard()
        #expect(try names() == ["file"])
        #expect(throws: POSIXError.self) { try partial.complete() }
    }

    @Test("of a process that has ended is removed by the next one; what others make now, and what is no part, stays")
    func leftovers() throws {
        let directory = try TemporaryDirectory()
        let running = getppid()
        let names = [
            "file.part-999999999", "file.part-\(running)", "file.part-old", "file.part-", "file.part--1",
            "other.part-999999999",
        ]
        for name in names { try Data().write(to: URL(fileURLWithPath: directory.appending(name))) }
        // A directory, as a fork leaves one.
        try FileManager.default.createDirectory(
            atPath: directory.appending("file.part-999999998"), withIntermediateDirectories: false)
        _ = PartialPath(of: directory.appending("file"))
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(Set(left) == Set(names.dropFirst()))
    }
}
