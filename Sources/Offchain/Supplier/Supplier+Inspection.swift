public import Shannon

extension Supplier {
    /// Looks for what no supplier comes to.
    public func inspect(_ inspection: inout Inspection) {
        inspection.count(nextJob, "jobs")
        inspection.count(servedCount, "served")
        inspection.count(seenHeight, "seen_height")
        inspection.expect(genesisUnixSeconds, "genesis", in: -Inspection.mostCount...Inspection.mostCount)
        inspection.count(buffer.size, "log_buffer")
        inspection.within("meter") { meter.inspect(&$0) }
        for (job, relay) in serving {
            inspection.within("job \(job)") { inspection in
                if let metered = relay.metered { inspection.expect(metered, "metered", in: 0...Int64.max) }
                guard let served = relay.served else { return }
                inspection.count(served.stream.count, "batches")
                inspection.count(served.stream.length, "bytes")
                inspection.count(served.pending.chunks, "chunks")
                inspection.count(served.counted.prompt, "prompt_tokens")
                inspection.count(served.counted.completion, "completion_tokens")
            }
        }
        for (id, tree) in trees {
            inspection.expect(
                id == SessionTree.ID(tree.header), "tree of \(id.sessionID)", "a tree of that session",
                found: "one of \(tree.header.sessionID)")
        }
    }
}
