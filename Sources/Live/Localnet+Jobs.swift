import Offchain
import Shannon
import World

/// One run of a job.
struct JobRun {
    /// The job's id as the backend knows it: a job that is started again, or another job of the same id in another
    /// branch of the history, must not get what an earlier run reports.
    let id: UInt64
    let started: Instant
}

/// What is reported of the work that is done beside the actor; the ids in chunks and outcomes are those of runs.
enum WorkReport: Sendable {
    /// A part of a job's answer.
    case progress(InferenceChunk, of: UInt64)
    /// A job's end.
    case end(InferenceOutcome, of: UInt64)
    /// A signature that is made and verified, by its number.
    case signature(UInt64)
}

extension Localnet {
    /// Hands a job to the backend; what it reports comes back as inputs.
    func submit(_ job: InferenceJob) {
        lastRun += 1
        jobs[job.id] = JobRun(id: lastRun, started: now)
        var run = job
        run.id = lastRun
        backend.submit(run) { [reporter] chunk in
            reporter.yield(.progress(chunk, of: job.id))
        } completion: { [reporter] outcome in
            reporter.yield(.end(outcome, of: job.id))
        }
    }

    /// Lets go of a job that nobody waits for.
    func stop(_ job: UInt64) {
        guard let run = jobs.removeValue(forKey: job) else { return }
        backend.cancel(run.id)
    }

    /// Takes reports in the order in which they were made, so that no answer overtakes its own parts.
    func readReports() {
        reportReader = Task { [reports] in
            for await report in reports { self.take(report) }
        }
    }

    private func take(_ report: WorkReport) {
        guard phase == .running else { return }
        switch report {
        case .progress(var chunk, let job):
            guard let run = jobs[job], run.id == chunk.jobID else { return }
            chunk.jobID = job
            chunk.after = now.since(run.started)
            take(.inferenceProgress(chunk))
        case .end(var outcome, let job):
            guard let run = jobs[job], run.id == outcome.jobID else { return }
            jobs[job] = nil
            outcome.jobID = job
            outcome.duration = now.since(run.started)
            take(.inferenceEnded(outcome))
        case .signature(let number):
            guard signatures.end(number) else { return }
            catchUp()
        }
    }
}
