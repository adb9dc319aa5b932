import Keys
import Offchain
import Onchain
import Shannon
import World

/// Small networks for the tests.
enum Networks {
    /// One service, one application of each kind that is asked for, one gateway.
    static func small(
        suppliers: Int = 1, kinds: [ApplicationClient.Kind] = [.chat], seed: UInt64 = 7,
        misbehaviour: Misbehaviour? = nil
    ) -> NetworkSpec {
        var spec = NetworkSpec()
        spec.seed = seed
        spec.params.session.numSuppliersPerSession = 15
        spec.params.tokenomics.daoRewardAddress = "pokt1eeeksh2tvkh7wzmfrljnhw4wrhs55lcuvmekkw"
        spec.accounts = [
            AccountSpec(
                name: "pnf", balance: 1_000_000_000,
                mnemonic: "crumble shrimp south strategy speed kick green topic stool seminar track stand rhythm "
                    + "almost bubble pet knock steel pull flag weekend country major blade"),
            AccountSpec(name: "source_owner_llm", balance: 1_000_000),
        ]
        spec.services = [ServiceSpec(id: "llm", computeUnitsPerRelay: 100, owner: "source_owner_llm", model: "tiny")]
        spec.gateways = [GatewaySpec(name: "gateway1", stake: 5_000_000, balance: 1_000_000)]
        spec.applications = kinds.enumerated().map { index, kind in
            ApplicationSpec(
                name: "app\(index + 1)", service: "llm", stake: 100_000_000, balance: 10_000_000,
                gateways: kind == .sovereign ? [] : ["gateway1"], kind: kind)
        }
        spec.suppliers = (1...suppliers).map { number in
            SupplierSpec(
                name: "supplier\(number)", stake: 1_000_000_000, balance: 50_000_000, services: ["llm"],
                misbehaviour: number == suppliers ? misbehaviour : nil)
        }
        spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
        return spec
    }

    /// Which of the suppliers of `small(suppliers: 2)` gets the first request, and which the second.
    static func order(ofTwo prompt: String) throws -> (first: String, second: String) {
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: small(suppliers: 2)), backend: ScriptedBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        driver.accept(.clientRequest(gateway: "gateway1", ClientRequest(id: 1, http: chat(prompt))))
        driver.runOneBlock()
        let asked = record.facts.compactMap { if case .relaySent(_, let supplier, _) = $0 { supplier } else { nil } }
        return asked == ["supplier1"] ? ("supplier1", "supplier2") : ("supplier2", "supplier1")
    }

    static func workload(_ count: Int, sessions: Int? = nil) -> Workload {
        Workload(
            prompts: ["Who serves?", "What is proven?", "Where does the stake go?"], requestsPerSession: count,
            maxTokens: 16, sessions: sessions)
    }
}

/// Everything that a run brought about.
final class Record {
    var blocks: [Block] = []
    var facts: [Fact] { times.map(\.fact) }
    var times: [(fact: Fact, time: Instant)] = []
    var violations: [String] = []

    func note(_ output: StepOutput) {
        if let block = output.block { blocks.append(block) }
        times += output.facts.map { ($0, output.time) }
        violations += output.violations.map { "\($0.id): \($0.message)" }
    }

    var events: [Event] { blocks.flatMap(\.allEvents) }
    func events(_ name: String) -> [Event] { events.filter { $0.name == name } }
    var failedTransactions: [ChainError] { blocks.flatMap(\.transactions).compactMap(\.error) }
    var answers: [Answer] { facts.compactMap { if case .answered(let answer) = $0 { answer } else { nil } } }
}

/// Runs a spec on the scripted backend and records what happens.
func run(_ spec: NetworkSpec, toHeight height: Height, _ setUp: (inout FastDriver) -> Void = { _ in }) throws -> (
    record: Record, world: World
) {
    let record = Record()
    var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
    // Sessions exist from the first block on.
    driver.run(untilHeight: 1)
    setUp(&driver)
    driver.run(untilHeight: height)
    return (record, driver.world)
}
