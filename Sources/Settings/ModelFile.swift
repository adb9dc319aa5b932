import Foundation
import Keys

/// The model file that a run serves: where it is, and whether it is what it should be.
public struct ModelFile: Hashable, Sendable {
    /// The model that `make model` fetches (Apache-2.0), with its size in bytes and its SHA-256.
    public static let defaultName = "SmolLM2-135M-Instruct.Q4_1.gguf"
    static let defaultSize: UInt64 = 98_362_432
    static let defaultHash = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    /// The small model of the repository, which serves where nothing else is there; its answers make no sense.
    public static let fixturePath = "fixtures/models/tiny.gguf"

    public let path: String
    /// Whether it is the fixture, because no better model is there.
    public let isFixture: Bool

    /// The file that the settings name, else the default model in the cache folder, else the fixture; nil when none
    /// is there.
    ///
    /// - Parameter environment: `LOCALNET_MODEL_DIR`, `XDG_CACHE_HOME` and `HOME` say where the cache folder is.
    public init?(named name: String?, environment: [String: String]) {
        if let name {
            self.init(path: name, isFixture: false)
            return
        }
        let folder = ModelFile.folder(environment)
        if FileManager.default.fileExists(atPath: folder + "/" + ModelFile.defaultName) {
            self.init(path: folder + "/" + ModelFile.defaultName, isFixture: false)
        } else if FileManager.default.fileExists(atPath: ModelFile.fixturePath) {
            self.init(path: ModelFile.fixturePath, isFixture: true)
        } else {
            return nil
        }
    }

    private init(path: String, isFixture: Bool) {
        self.path = path
        self.isFixture = isFixture
    }

    /// The folder that `make model` fetches into.
    public static func folder(_ environment: [String: String]) -> String {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let folder = value("LOCALNET_MODEL_DIR") { return folder }
        let cache = value("XDG_CACHE_HOME") ?? (value("HOME") ?? ".") + "/.cache"
        return cache + "/localnet/models"
    }

    /// What is wrong with a file that has the default model's name; nil for a whole one and for every other file.
    public func damage() -> String? {
        guard path.split(separator: "/").last.map(String.init) == ModelFile.defaultName,
            let size = FileState(path)?.size
        else { return nil }
        guard size == ModelFile.defaultSize else {
            return "size: expected \(ModelFile.defaultSize) bytes, found \(size)"
        }
        guard let hash = hash() else { return nil }
        return hash == ModelFile.defaultHash ? nil : "SHA-256: expected \(ModelFile.defaultHash), found \(hash)"
    }

    /// SHA-256 of the whole file, in hex; nil when it cannot be read.
    ///
    /// That of a large file is written down beside it, so that only the first start reads all of it for this. It counts
    /// as long as the file has the same size, the same time of its last change and the same place on the disk.
    public func hash() -> String? {
        guard let state = FileState(path) else { return nil }
        if let note = HashNote(beside: path), note.fits(state) { return note.hash }
        guard let hash = readHash() else { return nil }
        // While it was read it may have become another.
        if state.size >= ModelFile.leastNotedSize, FileState(path) == state {
            HashNote(hash: hash, state: state).write(beside: path)
        }
        return hash
    }

    /// Smaller files take no time worth a note.
    private static let leastNotedSize: UInt64 = 16 << 20

    private func readHash() -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var stream = SHA256Stream()
        do {
            while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
                chunk.withUnsafeBytes { stream.update($0) }
            }
        } catch { return nil }
        return stream.digest().hex
    }
}
