public import Offchain
import Shannon

/// The backend of scenarios: scripted chat completions, and a fixed answer to whatever else a service may be asked.
///
/// A JSON-RPC request gets a result, any other request an empty object with status 200.
public struct ScenarioBackend: InferenceBackend {
    public init() {}

    public func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        guard job.request.url != "/v1/chat/completions" else {
            return ScriptedBackend().submit(job, onChunk: onChunk, completion: completion)
        }
        let isJSONRPC = String(decoding: job.request.body, as: UTF8.self).contains("\"jsonrpc\"")
        let body = isJSONRPC ? #"{"jsonrpc":"2.0","id":1,"result":"0x1"}"# : "{}"
        completion(
            InferenceOutcome(
                jobID: job.id, response: .json(status: 200, body: Array(body.utf8)), duration: .milliseconds(20)))
    }
}
