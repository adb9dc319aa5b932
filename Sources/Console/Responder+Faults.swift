import HTTPTypes
import HummingbirdCore
import Live
import NIOCore
import Offchain
import World

extension Responder {
    /// Makes a fault, or puts all of them right, and says what is at fault now.
    func faults(_ request: Request, _ channel: any NIOCore.Channel) async throws -> Reply {
        do {
            switch request.method {
            case .post:
                let body = try await body(of: request, channel)
                let fault = try FaultRequest(parsing: body).fault(in: await network.snapshot())
                try await network.intervene(.fault(fault))
            case .delete: try await network.intervene(.fault(.healAll))
            default: break
            }
        } catch let error as InterventionError {
            throw OpenAIError.invalid("\(error).", code: "fault_refused")
        } catch let error as LiveError {
            throw OpenAIError.unavailable(error.description)
        }
        return Reply(json: FaultReport.json(of: await network.snapshot()).bytes)
    }
}
