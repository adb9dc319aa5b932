import Keys
import Offchain
import Shannon

/// The families that a gateway counts itself, which therefore go on after a restart.
///
/// PATH's label `domain` is the domain of a supplier's address; here it is the supplier's name.
extension Metrics {
    /// Everything that a gateway says of its relays, in the text format's version 0.0.4.
    static func text(of gateway: Gateway, now: Instant, names: [Address: String]) -> String {
        var lines: [String] = []
        let tally = gateway.relayTally
        lines += head("path_relays_total", "counter", "Relays that ended, by supplier, status, signal and purpose.")
        for (labels, counts) in tally.relays { lines.append("path_relays_total{\(text(labels))} \(counts.count)") }
        lines += head("path_relay_latency_seconds", "histogram", "Seconds from sending a relay to its end.")
        for (labels, counts) in tally.relays { lines += histogram("path_relay_latency_seconds", text(labels), counts) }
        lines += head("path_retries_distribution_total", "counter", "Requests that were sent again, by reason.")
        for (word, count) in tally.retries {
            let labels = text(["domain": "", "rpc_type": "rest", "service_id": word.serviceID, "reason": word.word])
            lines.append("path_retries_distribution_total{\(labels)} \(count)")
        }
        lines += head("path_hedge_requests_total", "counter", "Requests by what became of their second supplier.")
        for (word, count) in tally.hedges {
            let labels = text(["rpc_type": "rest", "service_id": word.serviceID, "result": word.word])
            lines.append("path_hedge_requests_total{\(labels)} \(count)")
        }
        lines += head("path_reputation_mean_score", "gauge", "A supplier's points for a service, 0 to 100.")
        for (standing, record) in gateway.reputation.records {
            let labels = text([
                "domain": names[standing.supplier] ?? standing.supplier.rawValue, "service_id": standing.serviceID,
                "rpc_type": "rest",
            ])
            lines.append("path_reputation_mean_score{\(labels)} \(number(record.score.points))")
        }
        lines += head("path_circuit_breaker_state", "gauge", "1 while a supplier is passed over for a service.")
        for (standing, record) in gateway.reputation.records {
            let labels = text([
                "service_id": standing.serviceID, "domain": names[standing.supplier] ?? standing.supplier.rawValue,
            ])
            let isOpen = record.breaker.openUntil.map { $0 > now } ?? false
            lines.append("path_circuit_breaker_state{\(labels)} \(isOpen ? 1 : 0)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func head(_ name: String, _ kind: String, _ help: String) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)"]
    }

    private static func text(_ labels: RelayTally.Labels) -> String {
        text([
            "domain": labels.supplier, "rpc_type": "rest", "service_id": labels.serviceID,
            "status_code": labels.status, "reputation_signal": labels.signal, "request_type": labels.kind.rawValue,
        ])
    }

    private static func histogram(_ name: String, _ labels: String, _ counts: RelayTally.Counts) -> [String] {
        var lines: [String] = []
        var total: UInt64 = 0
        let bounds = RelayTally.bounds.map { number(Double($0) / 1_000) } + ["+Inf"]
        for (bound, count) in zip(bounds, counts.buckets) {
            total += count
            lines.append("\(name)_bucket{\(labels),le=\"\(bound)\"} \(total)")
        }
        let seconds = Double(counts.total.nanoseconds) / 1e9
        return lines + ["\(name)_sum{\(labels)} \(number(seconds))", "\(name)_count{\(labels)} \(total)"]
    }
}
