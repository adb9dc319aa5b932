import Keys
import Offchain
import Onchain
import Shannon
import World

@testable import Fuzz

/// Worlds, inputs and specs with fields that no network would have, and what a network does that is given them.
///
/// Everything is refused with an error, or the network goes on; nothing may trap and nothing may hang.
struct HostileRun {
    enum Outcome: String, CaseIterable, Sendable {
        /// The bytes are no value.
        case refused
        /// Its invariants do not hold.
        case broken
        /// It went on for two hundred steps and two blocks.
        case wentOn
    }

    private let worlds: [World]
    private let hostileWorlds: Tampering
    private let hostileInputs: Tampering
    private let hostileSpecs: Tampering

    init() throws {
        let plans = (UInt64(0)..<8).map { FuzzPlan(seed: $0) }
        worlds = try plans.enumerated().map { try $1.world(stoppedAt: Height(4 + 3 * $0)) }
        hostileWorlds = try Tampering(worlds)
        hostileInputs = try Tampering(plans.flatMap(\.inputs) + worlds.flatMap(\.ownInputs))
        hostileSpecs = try Tampering(plans.map(\.spec))
    }

    /// What a seed does, before it does it, and what came of it.
    func run(seed: UInt64, _ announce: (String) -> Void) throws -> Outcome {
        var random = SeededGenerator(seed: seed, purpose: "hostile")
        let choice = random.next(upperBound: UInt64(8))
        let (bytes, changes) =
            switch choice {
            case 0: hostileSpecs.draw(&random)
            case 1, 2: hostileInputs.draw(&random)
            default: hostileWorlds.draw(&random)
            }
        announce("\(["spec", "input", "input"].dropFirst(Int(choice)).first ?? "world"): \(changes)")
        switch choice {
        case 0:
            guard let spec = try? BinaryDecoder.decode(NetworkSpec.self, from: bytes),
                let world = try? World(fuzzing: spec), spec.applications.compactMap(\.workload).allSatisfy(isShort)
            else { return .refused }
            return goOn(world)
        case 1, 2:
            guard let input = try? BinaryDecoder.decode(Input.self, from: bytes) else { return .refused }
            if case .ask(_, let workload) = input, !isShort(workload) { return .refused }
            let world = worlds[Int(random.next(upperBound: UInt64(worlds.count)))]
            return goOn(world, with: input)
        default:
            // Whoever loads a world compares its settings with those that he founds a network from.
            guard let world = try? World(encoded: bytes), worlds.contains(where: { $0.spec == world.spec }) else {
                return .refused
            }
            return world.violations().isEmpty ? goOn(world) : .broken
        }
    }

    /// As many questions as an application asks at once take too long here.
    private func isShort(_ workload: Workload) -> Bool { workload.requestsPerSession <= 1_000 }

    private func goOn(_ world: World, with input: Input? = nil) -> Outcome {
        var driver = FastDriver(world: world, backend: ScriptedBackend())
        if let input { driver.accept(input) }
        driver.run(untilStep: world.journalCount &+ 200)
        for _ in 0..<2 { driver.runOneBlock() }
        _ = driver.world.violations()
        return .wentOn
    }
}

extension FuzzPlan {
    /// The plan's world in the middle of everything, at a height or somewhat later.
    func world(stoppedAt height: Height) throws -> World {
        var driver = FastDriver(world: try World(fuzzing: spec), backend: ScriptedBackend())
        driver.run(untilHeight: 1)
        for input in inputs { driver.accept(input) }
        for step in steps where step.height < height {
            driver.run(untilHeight: step.height)
            driver.run(until: driver.world.chain.time.advanced(by: step.delay))
            if case .ask(let application, let workload) = step.action {
                driver.accept(.ask(application: application, workload))
            }
            try? step.action.intervention.map { try driver.intervene($0) }
        }
        driver.run(untilHeight: height)
        // Relays are under way, and transactions wait.
        for input in inputs { driver.accept(input) }
        driver.run(untilStep: driver.world.journalCount + 60)
        return driver.world
    }

    /// Inputs of every kind that can be made up beforehand.
    var inputs: [Input] {
        var inputs: [Input] = [.makeBlock]
        let key = KeyDigest(key: "sk-hostile")
        let body = #"{"model":"service1","messages":[{"role":"user","content":"Who?"}],"stream":true,"max_tokens":9}"#
        for gateway in spec.gateways.map(\.name) {
            let limits = KeyLimits(requestsPerMinute: 100)
            inputs += [
                .keys(gateway: gateway, .allow(key, name: "tester", limits: limits)),
                .settings(gateway: gateway, Gateway.Settings()), .clientGone(gateway: gateway, request: 2),
            ]
            for id in UInt64(1)...3 {
                let http = HTTPRequest(method: "POST", url: "/v1/chat/completions", body: Array(body.utf8))
                inputs.append(
                    .clientRequest(
                        gateway: gateway, ClientRequest(id: id, http: http, routing: ClientRouting(key: key))))
            }
        }
        inputs += steps.compactMap { step in
            if case .ask(let application, let workload) = step.action {
                return .ask(application: application, workload)
            }
            return step.action.intervention.map { .intervene($0) }
        }
        return inputs
    }
}

extension World {
    /// Inputs that speak of what is in this world: the ends of its jobs, and its accounts' transactions.
    var ownInputs: [Input] {
        var inputs: [Input] = []
        for job in outstandingJobs.prefix(2) {
            let body = Array(#"{"choices":[]}"#.utf8)
            inputs += [
                .inferenceProgress(
                    InferenceChunk(jobID: job.id, offset: 0, body: body, promptTokens: 3, after: .milliseconds(2))),
                .inferenceEnded(
                    InferenceOutcome(
                        jobID: job.id, response: HTTPResponse(statusCode: 200, body: body), duration: .milliseconds(9))),
            ]
        }
        func address(_ name: String) -> Address { self.address(of: name) ?? Address("") }
        let (application, gateway, supplier) = (address("app1"), address("gateway1"), address("supplier1"))
        let services = [
            SupplierServiceConfig(
                serviceID: "service1", endpoints: [SupplierEndpoint(url: "http://localhost:1", rpcType: .jsonRPC)],
                revenueShares: [RevenueShare(address: supplier, percentage: 100)])
        ]
        let messages: [(String, Message)] = [
            ("app1", .send(MsgSend(fromAddress: application, toAddress: gateway, amount: .upokt(5)))),
            (
                "app1",
                .stakeApplication(
                    MsgStakeApplication(
                        address: application, stake: .upokt(20_000_000_000), serviceIDs: ["service1"],
                        perSessionSpendLimit: .upokt(1_000_000)))
            ),
            ("app1", .unstakeApplication(MsgUnstakeApplication(address: application))),
            ("gateway1", .stakeGateway(MsgStakeGateway(address: gateway, stake: .upokt(6_000_000)))),
            (
                "supplier1",
                .stakeSupplier(
                    MsgStakeSupplier(
                        signer: supplier, ownerAddress: supplier, operatorAddress: supplier,
                        stake: .upokt(3_000_000_000),
                        services: services))
            ),
            ("supplier1", .unstakeSupplier(MsgUnstakeSupplier(signer: supplier, operatorAddress: supplier))),
            (
                "source",
                .addService(
                    MsgAddService(
                        ownerAddress: address("source"),
                        service: Service(
                            id: "service1", name: "one", computeUnitsPerRelay: 7, ownerAddress: address("source"))))
            ),
            (
                "app1",
                .delegate(
                    MsgDelegate(
                        delegatorAddress: application, validatorAddress: address("validator1"), amount: .upokt(7)))
            ),
        ]
        inputs += messages.map { .intervene(.transact(account: $0.0, [$0.1])) }
        let governance = ModuleAccount.gov.address
        let params: [MsgUpdateParams.ModuleParams] = [
            .shared(chain.params.shared), .session(chain.params.session), .application(chain.params.application),
            .gateway(chain.params.gateway), .supplier(chain.params.supplier), .service(chain.params.service),
            .proof(chain.params.proof), .tokenomics(chain.params.tokenomics),
        ]
        return inputs
            + params.map {
                .intervene(
                    .transact(account: "pnf", [.updateParams(MsgUpdateParams(authority: governance, params: $0))]))
            }
    }
}
