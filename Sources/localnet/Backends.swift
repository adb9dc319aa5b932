import Offchain
import Settings

/// What answers relays, as the settings say.
enum Backends {
    /// Opens the backend and describes it for the banner.
    static func open(_ settings: InferenceSettings) throws -> (backend: any InferenceBackend, description: String) {
        switch settings.backend {
        case .scripted: return (ScriptedBackend(), "scripted: fixed texts, no model")
        case .model: throw Failure(.notFound, "no model yet")
        }
    }
}
