import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What tells a file from what it was before: an altered copy in its place has another change time, or lies elsewhere.
struct FileState: Hashable {
    let size: UInt64
    /// The last change of contents and of the entry itself, each in seconds and nanoseconds.
    private let changes: [Int]
    private let inode: UInt64

    /// The state of a file now; nil when there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = UInt64(clamping: Int64(status.st_size))
        inode = UInt64(status.st_ino)
        #if canImport(Glibc)
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #else
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #endif
        changes = [modified.tv_sec, modified.tv_nsec, changed.tv_sec, changed.tv_nsec]
    }

    /// All of it as words in a line.
    fileprivate var text: String { ([String(size), String(inode)] + changes.map(String.init)).joined(separator: " ") }
}

/// A file's hash in a small file beside it: the hash, and the state of the file that it is of.
struct HashNote {
    let hash: String
    private let stateText: String

    init(hash: String, state: FileState) {
        self.hash = hash
        stateText = state.text
    }

    /// Reads the note; nil when there is none, or another file.
    init?(beside path: String) {
        guard let data = FileManager.default.contents(atPath: Self.path(path)), data.count < 1_000 else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: "\n").first?
            .split(separator: " ", maxSplits: 1)
        guard let parts, parts.count == 2, parts[0].count == 64, parts[0].allSatisfy(\.isHexDigit) else { return nil }
        hash = String(parts[0])
        stateText = String(parts[1])
    }

    /// Whether the note is of a file in this state.
    func fits(_ state: FileState) -> Bool { stateText == state.text }

    /// Writes the note; where it cannot be written the next start computes the hash again.
    func write(beside path: String) {
        try? Data("\(hash) \(stateText)\n".utf8).write(to: URL(filePath: Self.path(path)), options: .atomic)
    }

    private static func path(_ path: String) -> String { path + ".sha256" }
}
