public import Shannon

extension Gateway {
    /// Looks for what no gateway comes to.
    public func inspect(_ inspection: inout Inspection) {
        inspection.within("settings") { settings.inspect(&$0) }
        inspection.count(client.issued, "exchanges")
        inspection.expect(genesisUnixSeconds, "genesis", in: -Inspection.mostCount...Inspection.mostCount)
        inspection.expect(hedgeAllowance, "hedge_allowance", in: 0...1_000)
        inspection.within("keys") { keys.inspect(&$0) }
        inspection.within("reputation") { reputation.inspect(&$0) }
        inspection.within("relays") { relayTally.inspect(&$0) }
        inspection.within("recent") { recent.inspect(&$0) }
        inspection.within("hedging") { usage.hedging.inspect(&$0) }
        for (id, round) in rounds { inspection.count(round, "rounds of \(id)") }
        for (id, concentration) in concentration {
            inspection.within("concentration of \(id)") { concentration.inspect(&$0) }
        }
        for (exchange, attempt) in attempts {
            inspection.within("exchange \(exchange)") { inspection in
                for time in [attempt.sent, attempt.due, attempt.first].compactMap(\.self) {
                    inspection.expect(time.nanoseconds, "time", in: 0...Int64.max)
                }
                inspection.count(attempt.stream.count, "batches")
                inspection.count(attempt.stream.length, "bytes")
                inspection.count(attempt.counted.prompt, "prompt_tokens")
                inspection.count(attempt.counted.completion, "completion_tokens")
                guard case .calledOff(let bill) = attempt.purpose else { return }
                inspection.expect(bill.cost.upokt, "cost", in: 0...Int64.max)
            }
        }
        for (id, request) in requests {
            inspection.within("request \(id)") { inspection in
                inspection.count(request.retries, "retries")
                inspection.expect(request.told, "told", in: 0...Int64(request.sent.count))
                inspection.expect(request.cost.upokt, "cost", in: 0...Int64.max)
                inspection.count(request.delivered.prompt, "delivered.prompt_tokens")
                inspection.count(request.delivered.completion, "delivered.completion_tokens")
                request.reserved.inspect(&inspection)
            }
        }
    }
}

extension Gateway.Settings {
    /// Looks for what settings from a file may not say either.
    public func inspect(_ inspection: inout Inspection) {
        // Settings that are made in Swift may go beyond those of a file, as long as there is room to count with them.
        let most: Int64 = 1_000_000
        inspection.expect(attempts, "attempts", in: 0...most)
        inspection.expect(concentrationCap, "concentration_cap", in: 0...most)
        inspection.expect(reputation.probationShare, "probation_share", in: 0...most)
        inspection.expect(breaker.failures, "circuit_breaker.failures", in: 0...most)
        if let hedging { inspection.expect(hedging.share, "hedging.share", in: 0...most) }
        let spans = [
            ("timeouts.whole", relayTimeout), ("timeouts.first_part", firstPartTimeout),
            ("timeouts.next_part", stallTimeout), ("timeouts.stream", streamTimeout), ("retry.patience", patience),
            ("circuit_breaker.pause", breaker.pause), ("circuit_breaker.longest_pause", breaker.longestPause),
            ("hedging.first_part_delay", hedging?.firstPartDelay), ("hedging.whole_delay", hedging?.wholeDelay),
        ]
        // What recurs by itself must leave time for the rest.
        if let interval = healthCheckInterval {
            inspection.expect(interval.nanoseconds, "health_checks", in: 1_000_000...Int64.max)
        }
        for (name, span) in spans { inspection.span(span, name) }
    }
}

extension VirtualKeys {
    fileprivate func inspect(_ inspection: inout Inspection) {
        for entry in entries.values {
            inspection.within(entry.name) { inspection in
                inspection.count(entry.requestsThisMinute, "requests_this_minute")
                inspection.count(entry.tokensThisMinute, "tokens_this_minute")
                inspection.count(entry.used.tokens.prompt, "used.prompt_tokens")
                inspection.count(entry.used.tokens.completion, "used.completion_tokens")
                entry.reserved.inspect(&inspection)
            }
        }
    }
}

extension KeyReservation {
    fileprivate func inspect(_ inspection: inout Inspection) {
        inspection.count(tokens, "reserved.tokens")
        // A price may be as large as any.
        inspection.expect(upokt, "reserved.upokt", in: 0...Int64.max)
    }
}

extension UsageBook.Hedges {
    fileprivate func inspect(_ inspection: inout Inspection) {
        for (name, count) in [
            ("hedged", hedged), ("primary_won", primaryWon), ("hedge_won", hedgeWon), ("called_off", calledOff),
        ] { inspection.count(count, name) }
    }
}
