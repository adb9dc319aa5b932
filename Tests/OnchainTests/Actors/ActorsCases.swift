import Testing
import VectorSupport

/// Thrown by a case whose shape no test knows.
struct UnknownCase: Error {}

/// Runs every case of an area; one of unknown shape fails.
func everyCase(ofArea area: String, _ body: (VectorCase) throws -> Void) throws {
    let outcome = try VectorCoverage.run("protocol_cases.json", kind: area, body)
    for failure in outcome.failures { Issue.record("\(failure)") }
}

extension VectorCase {
    /// Compares a refusal with the one that the case expects; `ok` expects none.
    func expect(refusal: String?) throws {
        if let name = self["expected"]["error"].optional {
            try expect(refusal ?? "none", is: name.string, "the error")
        } else {
            try expect(refusal ?? "none", is: "none", "the error")
        }
    }

    /// Whether the case gives an input of that name, if only null.
    func gives(_ name: String) -> Bool { self["input"].keys.contains(name) }
}
