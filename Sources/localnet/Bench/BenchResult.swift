import Inference
import Narration

/// Where the time of a step that answers goes, in seconds; the mean over some bursts.
struct StepTimes {
    let products: Double
    let attention: Double
    let head: Double
    /// Norms, gates, choosing tokens, reporting them, composing batches.
    let rest: Double

    init(_ bursts: [StepBreakdown]) {
        let steps = Double(max(1, bursts.reduce(0) { $0 + $1.steps }))
        func mean(_ part: (StepBreakdown) -> Double) -> Double { bursts.reduce(0) { $0 + part($1) } / steps }
        products = mean(\.products)
        attention = mean(\.attention)
        head = mean(\.head)
        rest = mean { $0.elementwise + $0.sampling + $0.scheduling }
    }

    var all: Double { products + attention + head + rest }
}

/// The medians of some runs.
struct BenchResult {
    let path: String
    let threads: Int
    let streams: Int
    let prompt: Int
    let generate: Int
    let runs: Int
    /// Prompt tokens in a second, all streams together.
    let reading: Double
    /// Seconds to the first token, on average over the streams.
    let firstToken: Double
    /// Generated tokens in a second, all streams together.
    let answering: Double
    let steps: StepTimes

    /// One line of talk.
    var summary: String {
        "\(Wording.counted(threads, "thread")), \(Wording.counted(streams, "stream")): "
            + "reads \(Wording.rate(reading, in: 1)), answers \(Wording.rate(answering, in: 1)) tokens/s"
    }

    /// One line of `--json`.
    var line: JSONLine {
        JSONLine(
            type: "inference",
            [
                "path": .text(path), "threads": .integer(Int64(threads)), "streams": .integer(Int64(streams)),
                "prompt_tokens": .integer(Int64(prompt)), "generated_tokens": .integer(Int64(generate)),
                "runs": .integer(Int64(runs)), "prefill_tokens_per_second": .number(reading),
                "first_token_seconds": .number(firstToken), "generate_tokens_per_second": .number(answering),
                "step_seconds": .object(
                    JSONLine([
                        "products": .number(steps.products), "attention": .number(steps.attention),
                        "head": .number(steps.head), "rest": .number(steps.rest), "all": .number(steps.all),
                    ])),
            ])
    }

    static func table(_ results: [BenchResult], _ style: Style) -> [String] {
        var table = TextTable([
            .text("path"), .number("threads"), .number("streams"), .number("prefill tokens/s"),
            .number("first token ms"), .number("generate tokens/s"), .number("each"), .number("step ms"),
            .number("products"), .number("attention"), .number("head"), .number("rest"),
        ])
        for result in results {
            table.append(
                [
                    result.path, "\(result.threads)", "\(result.streams)", Wording.rate(result.reading, in: 1),
                    Wording.rate(result.firstToken * 1000, in: 1), Wording.rate(result.answering, in: 1),
                    Wording.rate(result.answering / Double(result.streams), in: 1),
                ] + steps(result.steps))
        }
        return table.lines(style)
    }

    /// A step's milliseconds, and the share of each part.
    private static func steps(_ times: StepTimes) -> [String] {
        let parts = [times.products, times.attention, times.head, times.rest]
        return [milliseconds(times.all)]
            + parts.map { times.all > 0 ? "\(Int(($0 / times.all * 100).rounded())) %" : "" }
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let hundredths = Int((seconds * 100_000).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }
}
