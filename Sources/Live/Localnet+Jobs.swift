import Offchain
import Shannon
import World

/// What a backend reports of a job.
enum BackendReport: Sendable {
    case progress(InferenceChunk)
    case end(InferenceOutcome)
}

extension Localnet {
    /// Hands a job to the backend; what it reports comes back as inputs.
    func submit(_ job: InferenceJob) {
        jobs[job.id] = now
        backend.submit(job) { [reporter] chunk in
            reporter.yield(.progress(chunk))
        } completion: { [reporter] outcome in
            reporter.yield(.end(outcome))
        }
    }

    /// Takes reports in the order in which they were made, so that no answer overtakes its own parts.
    func readReports() {
        reportReader = Task { [reports] in
            for await report in reports { self.take(report) }
        }
    }

    private func take(_ report: BackendReport) {
        guard phase == .running else { return }
        switch report {
        case .progress(var chunk):
            guard let started = jobs[chunk.jobID] else { return }
            chunk.after = now.since(started)
            take(.inferenceProgress(chunk))
        case .end(var outcome):
            guard let started = jobs.removeValue(forKey: outcome.jobID) else { return }
            outcome.duration = now.since(started)
            take(.inferenceEnded(outcome))
        }
    }
}
