public import Foundation
import Synchronization

/// Finds and reads reference vectors: plain JSON or gzip, from a folder of the environment or the repository's own.
public enum VectorFile {
    /// The folder that `LOCALNET_VECTORS` names, else the repository's `fixtures/vectors`.
    public static var folder: URL { chosenFolder ?? fixtures.appendingPathComponent("vectors") }

    /// The repository's `fixtures` folder.
    public static var fixtures: URL {
        URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("fixtures")
    }

    /// Every case of a vector file, and of its siblings in the folder whose names begin alike (`ring_vectors…`).
    ///
    /// When `LOCALNET_VECTORS` names a folder without such a file, this says so and returns none.
    public static func load(_ name: String) throws -> [VectorCase] {
        let stem = stem(of: name)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasPrefix(stem) && ($0.hasSuffix(".json") || $0.hasSuffix(".json.gz"))
        }
        if names.isEmpty {
            guard chosenFolder != nil else { throw JSONValueError("\(folder.path) has no \(name)") }
            print("not covered: \(name) is not in \(folder.path)")
        }
        return try names.sorted().flatMap { try cases(inFile: $0) }
    }

    /// The cases of one kind (`kind`, or `area` in the files that say so).
    public static func load(_ name: String, kind: String) throws -> [VectorCase] {
        try load(name).filter { $0.kind == kind }
    }

    /// A whole file of the vectors folder as one value; the repository's own copy when the folder has none.
    public static func json(_ name: String) throws -> JSONValue {
        let chosen = folder.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: chosen.path) { return try read(chosen) }
        return try read(fixtures.appendingPathComponent("vectors").appendingPathComponent(name))
    }

    /// The inference references: the file that `LOCALNET_LLM_REFS` names (or that file in the folder it names),
    /// else the repository's `fixtures/llm`.
    public static func llm(_ name: String) throws -> JSONValue {
        guard let path = environment("LOCALNET_LLM_REFS") else {
            return try read(fixtures.appendingPathComponent("llm").appendingPathComponent(name))
        }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let url = URL(fileURLWithPath: path)
        return try read(exists && isFolder.boolValue ? url.appendingPathComponent(name) : url)
    }

    /// Reads one JSON file; a name that ends in `.gz` is decompressed first.
    public static func read(_ url: URL) throws -> JSONValue {
        let data = url.pathExtension == "gz" ? try gunzip(url) : try Data(contentsOf: url)
        do {
            return try JSONParser.parse([UInt8](data))
        } catch {
            throw JSONValueError("\(url.path): \(error)")
        }
    }

    /// A file's name up to its first dot: `ring_vectors.json.gz` has the stem `ring_vectors`.
    static func stem(of name: String) -> String {
        String(name.prefix { $0 != "." })
    }

    private static var chosenFolder: URL? {
        environment("LOCALNET_VECTORS").map { URL(fileURLWithPath: $0, isDirectory: true) }
    }

    private static func environment(_ name: String) -> String? {
        let value = ProcessInfo.processInfo.environment[name]
        return value?.isEmpty == true ? nil : value
    }

    /// What was read already: a test per kind asks for the same file again and again.
    private static let known = Mutex<[URL: [VectorCase]]>([:])

    private static func cases(inFile name: String) throws -> [VectorCase] {
        let url = folder.appendingPathComponent(name)
        return try known.withLock { known in
            if let cases = known[url] { return cases }
            let file = stem(of: name)
            let content = try read(url)
            let list = content["cases"].optional ?? content
            let cases = try list.array.enumerated().map { VectorCase(file: file, position: $0, value: $1) }
            known[url] = cases
            return cases
        }
    }

    private static func gunzip(_ url: URL) throws -> Data {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", url.path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw JSONValueError("gzip cannot read \(url.path)") }
        return data
    }
}
