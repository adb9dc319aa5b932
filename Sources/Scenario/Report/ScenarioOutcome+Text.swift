import Narration

extension ScenarioOutcome: CustomStringConvertible {
    /// What the run says about it, without colours; for messages of tests.
    public var description: String {
        ScenarioReport(style: .plain).lines(self, seconds: 0).joined(separator: "\n")
    }
}
