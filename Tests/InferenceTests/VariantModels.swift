import Foundation
import Testing
import VectorSupport

@testable import Inference

/// Small models of every tensor type, made by the repository's script when the tests run.
enum VariantModels {
    static let names = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q4_K", "Q6_K", "mixed"]

    /// The bytes of one of them.
    static func bytes(_ name: String) throws -> [UInt8] { try #require(all.get()[name]) }

    static func model(_ name: String, path: ComputePath = .auto) throws -> Model {
        try Model(GGUFFile(ByteSource(bytes(name))), path: name, options: ModelOptions(path: path))
    }

    private static let all = Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("localnet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try run(["--variants", folder.path])
        var files: [String: [UInt8]] = [:]
        for name in names { files[name] = [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name).gguf"))) }
        return files
    }

    /// Runs `scripts/make-fixture-model.py`.
    static func run(_ arguments: [String]) throws {
        let script = VectorFile.fixtures.deletingLastPathComponent().appendingPathComponent(
            "scripts/make-fixture-model.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script.path] + arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python3 \(script.path)")
    }
}
