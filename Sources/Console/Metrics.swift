import Synchronization

/// Counts and times of the server in Prometheus' text format.
///
/// Names and labels of the `path_` families are PATH's (`metrics/metrics.go`), so that its dashboards fit; those about
/// relays are the gateway's own (`Metrics+Gateway.swift`).
final class Metrics: Sendable {
    /// A family of numbers with the same meaning.
    enum Family: String, CaseIterable, Sendable {
        case requests = "path_requests_total"
        case requestLatency = "path_request_latency_seconds"
        case bytesReceived = "path_request_bytes_received_total"
        case bytesSent = "path_response_bytes_sent_total"
        case timeToFirstToken = "gen_ai_server_time_to_first_token_seconds"
        case timePerOutputToken = "gen_ai_server_time_per_output_token_seconds"
        case clientsGone = "localnet_clients_gone_total"
        case connections = "localnet_connections"
        case streams = "localnet_open_streams"
        case height = "localnet_block_height"
        case outstandingJobs = "localnet_outstanding_jobs"
        case waitingClients = "localnet_waiting_clients"
    }

    /// A family's numbers by their labels.
    private enum Series {
        case value(Double)
        case histogram(counts: [UInt64], sum: Double)
    }

    private let series = Mutex<[Family: [String: Series]]>([:])

    /// Adds to a counter, or to a gauge.
    func add(_ family: Family, _ amount: Double = 1, _ labels: KeyValuePairs<String, String> = [:]) {
        let labels = Self.text(labels)
        series.withLock { series in
            guard case .value(let before) = series[family, default: [:]][labels, default: .value(0)] else { return }
            series[family, default: [:]][labels] = .value(before + amount)
        }
    }

    /// Sets a gauge.
    func set(_ family: Family, to amount: Double) {
        series.withLock { $0[family, default: [:]][""] = .value(amount) }
    }

    /// Counts an observation, in seconds.
    func observe(_ family: Family, _ seconds: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        let buckets = family.buckets
        let place = buckets.firstIndex { seconds <= $0 } ?? buckets.count
        let labels = Self.text(labels)
        series.withLock { series in
            let empty = Series.histogram(counts: [UInt64](repeating: 0, count: buckets.count + 1), sum: 0)
            guard case .histogram(var counts, let sum) = series[family, default: [:]][labels] ?? empty else { return }
            counts[place] += 1
            series[family, default: [:]][labels] = .histogram(counts: counts, sum: sum + seconds)
        }
    }

    static func text(_ labels: KeyValuePairs<String, String>) -> String {
        labels.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }

    /// Everything, in the text format's version 0.0.4.
    var text: String {
        let series = series.withLock { $0 }
        var lines: [String] = []
        for family in Family.allCases {
            lines.append("# HELP \(family.rawValue) \(family.help)")
            lines.append("# TYPE \(family.rawValue) \(family.kind)")
            for (labels, one) in (series[family] ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines += Self.lines(family, labels, one)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ family: Family, _ labels: String, _ series: Series) -> [String] {
        let name = family.rawValue
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        switch series {
        case .value(let value): return ["\(name)\(braces) \(number(value))"]
        case .histogram(let counts, let sum):
            var lines: [String] = []
            var total: UInt64 = 0
            for (bound, count) in zip(family.buckets.map(number) + ["+Inf"], counts) {
                total += count
                lines.append("\(name)_bucket{\(labels)\(labels.isEmpty ? "" : ",")le=\"\(bound)\"} \(total)")
            }
            return lines + ["\(name)_sum\(braces) \(number(sum))", "\(name)_count\(braces) \(total)"]
        }
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}

extension Metrics.Family {
    var kind: String {
        switch self {
        case .requestLatency, .timeToFirstToken, .timePerOutputToken: "histogram"
        case .connections, .streams, .height, .outstandingJobs, .waitingClients: "gauge"
        default: "counter"
        }
    }

    /// Upper bounds of a histogram, in seconds.
    var buckets: [Double] {
        switch self {
        case .requestLatency: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
        case .timeToFirstToken: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
        case .timePerOutputToken:
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1]
        default: []
        }
    }

    var help: String {
        switch self {
        case .requests: "Requests by service and status."
        case .requestLatency: "Seconds from a request to the end of its answer, by service and status."
        case .bytesReceived: "Bytes of request bodies."
        case .bytesSent: "Bytes of response bodies."
        case .timeToFirstToken: "Seconds from a streamed request to the first byte of its answer, by service and model."
        case .timePerOutputToken: "Seconds between the tokens of a streamed answer, on average, by service and model."
        case .clientsGone: "Requests whose client went away before the end."
        case .connections: "Open connections."
        case .streams: "Answers that are being streamed."
        case .height: "The height of the chain."
        case .outstandingJobs: "Inference jobs under way."
        case .waitingClients: "Clients that wait for an answer."
        }
    }
}
