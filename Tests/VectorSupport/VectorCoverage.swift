import Foundation

/// Runs and counts the cases of a vector file, kind by kind, so that none is silently left out.
public enum VectorCoverage {
    /// The result of running every case of one kind.
    public struct Outcome: Sendable {
        /// How many cases did not throw.
        public var passed = 0
        /// What the other cases threw, each with the case's name.
        public var failures: [String] = []
    }

    /// Runs every case of one kind, prints `ring_vectors sign: 24 passed`, and returns what failed.
    @discardableResult
    public static func run(
        _ name: String, kind: String, _ body: (VectorCase) throws -> Void
    ) throws -> Outcome {
        var outcome = Outcome()
        for vector in try VectorFile.load(name, kind: kind) {
            do {
                try body(vector)
                outcome.passed += 1
            } catch {
                outcome.failures.append("\(vector): \(error)")
            }
        }
        let failed = outcome.failures.isEmpty ? "" : ", \(outcome.failures.count) FAILED"
        print("\(VectorFile.stem(of: name)) \(kind): \(outcome.passed) passed\(failed)")
        return outcome
    }

    /// Prints how many cases of each kind the file has, marks the kinds no test knows, and returns those.
    @discardableResult
    public static func report(_ name: String, known: Set<String>) throws -> [String] {
        var counts: [String: Int] = [:]
        for vector in try VectorFile.load(name) { counts[vector.kind, default: 0] += 1 }
        var unknown: [String] = []
        for kind in counts.keys.sorted() {
            let count = counts[kind] ?? 0
            if known.contains(kind) {
                print("\(VectorFile.stem(of: name)) \(kind): \(count) cases")
            } else {
                print("not covered: kind \(kind) of \(name), \(count) cases")
                unknown.append(kind)
            }
        }
        return unknown
    }

    /// Names the vector files of the folder whose names begin with none of these stems, and prints them.
    @discardableResult
    public static func reportFiles(known: [String]) throws -> [String] {
        let unknown = try FileManager.default.contentsOfDirectory(atPath: VectorFile.folder.path).sorted().filter {
            name in name.contains(".json") && !known.contains { name.hasPrefix($0) }
        }
        for name in unknown { print("not covered: file \(name), no test reads it") }
        return unknown
    }
}
