import Keys
import Shannon
import Testing

@testable import Onchain

/// What somebody does that the chain must refuse, and upstream's error for it.
struct RefusedAct: Sendable, CustomTestStringConvertible {
    let codespace: String
    let code: UInt32
    let name: String
    let status: ChainError.Status
    let act: @Sendable (inout ActorsChain) throws -> Void

    init(
        _ codespace: String, _ code: UInt32, _ name: String, _ status: ChainError.Status = .invalidArgument,
        _ act: @escaping @Sendable (inout ActorsChain) throws -> Void
    ) {
        (self.codespace, self.code, self.name, self.status, self.act) = (codespace, code, name, status, act)
    }

    var testDescription: String { "\(codespace) \(code) \(name)" }

    /// Governance in the name of somebody who is not the governance module.
    static func usurped(_ codespace: String, _ name: String, _ params: MsgUpdateParams.ModuleParams) -> RefusedAct {
        RefusedAct(codespace, 1100, name) {
            try $0.send(.updateParams(MsgUpdateParams(authority: address("pnf"), params: params)), by: "pnf")
        }
    }

    /// A parameter's value that is out of bounds.
    static func outOfBounds(
        _ module: String, _ code: UInt32, _ error: String, _ name: String, _ value: MsgUpdateParam.Value
    ) -> RefusedAct {
        RefusedAct(module, code, error) { try $0.send(parameter(module, name, value), by: "pnf") }
    }
}

private let unstakeApp = Message.unstakeApplication(MsgUnstakeApplication(address: address("app")))
private let unstakeGateway = Message.unstakeGateway(MsgUnstakeGateway(address: address("gateway")))
private let unstakeSupplier = Message.unstakeSupplier(
    MsgUnstakeSupplier(signer: address("operator"), operatorAddress: address("operator")))

private func add(_ service: Service) -> Message {
    .addService(MsgAddService(ownerAddress: address("source"), service: service))
}

private func give(_ id: String, from owner: String, to new: String) -> Message {
    .transferService(
        MsgTransferService(ownerAddress: address(owner), serviceID: id, newOwnerAddress: address(new)))
}

private let ofParams: [RefusedAct] = [
    .usurped("shared", "ErrSharedInvalidSigner", .shared(SharedParams())),
    .usurped("session", "ErrSessionInvalidSigner", .session(SessionParams())),
    .usurped("application", "ErrAppInvalidSigner", .application(ApplicationParams())),
    .usurped("gateway", "ErrGatewayInvalidSigner", .gateway(GatewayParams())),
    .usurped("supplier", "ErrSupplierInvalidSigner", .supplier(SupplierParams())),
    .usurped("service", "ErrServiceInvalidSigner", .service(ServiceParams())),
    .usurped("proof", "ErrProofInvalidSigner", .proof(ProofParams())),
    .outOfBounds("shared", 1103, "ErrSharedParamInvalid", "num_blocks_per_session", .integer(0)),
    .outOfBounds("session", 1110, "ErrSessionParamInvalid", "num_suppliers_per_session", .integer(0)),
    .outOfBounds("application", 1115, "ErrAppParamInvalid", "max_delegated_gateways", .integer(0)),
    .outOfBounds("gateway", 1105, "ErrGatewayParamInvalid", "min_stake", .coin(.upokt(0))),
    .outOfBounds("supplier", 1107, "ErrSupplierParamInvalid", "staking_fee", .coin(.upokt(-1))),
    .outOfBounds("service", 1115, "ErrServiceParamInvalid", "add_service_fee", .coin(.upokt(0))),
    .outOfBounds("proof", 1120, "ErrProofParamInvalid", "proof_request_probability", .number(1.5)),
    .outOfBounds("tokenomics", 1112, "ErrTokenomicsParamInvalid", "mint_ratio", .number(0)),
    RefusedAct("tokenomics", 1100, "ErrTokenomicsInvalidAuthoritySigner", .internal) {
        let message = MsgUpdateParams(authority: address("pnf"), params: .tokenomics(TokenomicsParams()))
        try $0.send(.updateParams(message), by: "pnf")
    },
]

private let ofApplications: [RefusedAct] = [
    RefusedAct("application", 1101, "ErrAppInvalidStake") { try $0.send(stakeApp("app2", nil), by: "app2") },
    // No key can sign for an address that is none, so the module is asked directly, here and below.
    RefusedAct("application", 1102, "ErrAppInvalidAddress") {
        let message = MsgStakeApplication(address: "nobody", stake: .upokt(1_000_000), serviceIDs: ["svc"])
        try $0.chain.stakeApplication(message)
    },
    RefusedAct("application", 1102, "ErrAppInvalidAddress") {
        try $0.chain.unstakeApplication(MsgUnstakeApplication(address: "nobody"))
    },
    RefusedAct("application", 1102, "ErrAppInvalidAddress") {
        let message = MsgTransferApplication(sourceAddress: address("app"), destinationAddress: "nobody")
        try $0.send(.transferApplication(message), by: "app")
    },
    RefusedAct("application", 1104, "ErrAppNotFound", .notFound) {
        let message = MsgUnstakeApplication(address: address("app2"))
        try $0.send(.unstakeApplication(message), by: "app2")
    },
    RefusedAct("application", 1104, "ErrAppNotFound", .notFound) {
        try $0.send(undelegate("app2", "gateway"), by: "app2")
    },
    RefusedAct("application", 1106, "ErrAppInvalidServiceConfigs") {
        try $0.send(stakeApp("app2", .upokt(1_000_000), ["svc", "svc2"]), by: "app2")
    },
    RefusedAct("application", 1107, "ErrAppGatewayNotFound", .notFound) {
        try $0.send(delegate("app", "other"), by: "app")
    },
    RefusedAct("application", 1108, "ErrAppInvalidGatewayAddress") {
        let message = MsgUndelegateFromGateway(applicationAddress: address("app"), gatewayAddress: "nobody")
        try $0.send(.undelegateFromGateway(message), by: "app")
    },
    RefusedAct("application", 1109, "ErrAppAlreadyDelegated", .alreadyExists) {
        try $0.send(delegate("app", "gateway"), by: "app")
        try $0.send(delegate("app", "gateway"), by: "app")
    },
    RefusedAct("application", 1110, "ErrAppMaxDelegatedGateways", .failedPrecondition) {
        try $0.govern("application", "max_delegated_gateways", .integer(1), at: 1)
        try $0.send(delegate("app", "gateway"), by: "app")
        try $0.send(delegate("app", "gateway2"), by: "app")
    },
    RefusedAct("application", 1111, "ErrAppNotDelegated", .failedPrecondition) {
        try $0.send(undelegate("app", "gateway"), by: "app")
    },
    RefusedAct("application", 1112, "ErrAppIsUnstaking", .failedPrecondition) {
        try $0.send(unstakeApp, by: "app")
        try $0.send(unstakeApp, by: "app")
    },
    RefusedAct("application", 1113, "ErrAppDuplicateAddress") { try $0.send(transfer("app", "app"), by: "app") },
    // The destination is looked at before the source.
    RefusedAct("application", 1113, "ErrAppDuplicateAddress") { try $0.send(transfer("app2", "app"), by: "app2") },
    RefusedAct("application", 1114, "ErrAppHasPendingTransfer", .failedPrecondition) {
        try $0.send(transfer("app", "app2"), by: "app")
        try $0.send(unstakeApp, by: "app")
    },
    RefusedAct("application", 1118, "ErrAppInvalidPerSessionSpendLimit") {
        try $0.send(stakeApp("app", .upokt(3_000_000), limit: .upokt(999_999)), by: "app")
    },
]

private let ofGatewaysAndSuppliers: [RefusedAct] = [
    RefusedAct("gateway", 1101, "ErrGatewayInvalidAddress") {
        try $0.chain.stakeGateway(MsgStakeGateway(address: "nobody", stake: .upokt(100)))
    },
    RefusedAct("gateway", 1102, "ErrGatewayInvalidStake") { try $0.send(stakeGateway("other", nil), by: "other") },
    RefusedAct("gateway", 1102, "ErrGatewayInvalidStake") {
        try $0.send(stakeGateway("other", .upokt(99)), by: "other")
    },
    RefusedAct("gateway", 1104, "ErrGatewayNotFound", .notFound) {
        try $0.send(.unstakeGateway(MsgUnstakeGateway(address: address("other"))), by: "other")
    },
    RefusedAct("gateway", 1107, "ErrGatewayIsUnstaking", .failedPrecondition) {
        try $0.send(unstakeGateway, by: "gateway")
        try $0.send(unstakeGateway, by: "gateway")
    },
    RefusedAct("gateway", 1108, "ErrGatewayIsInactive", .failedPrecondition) {
        try $0.send(unstakeGateway, by: "gateway", at: 2)
        try $0.send(delegate("app", "gateway"), by: "app", at: 11)
    },
    RefusedAct("supplier", 1101, "ErrSupplierInvalidStake") { try $0.send(stakeSupplier(nil), by: "operator") },
    RefusedAct("supplier", 1102, "ErrSupplierInvalidAddress") {
        let message = MsgUnstakeSupplier(signer: address("operator"), operatorAddress: "nobody")
        try $0.send(.unstakeSupplier(message), by: "operator")
    },
    RefusedAct("supplier", 1103, "ErrSupplierNotFound", .notFound) {
        try $0.send(unstakeSupplier, by: "operator")
    },
    RefusedAct("supplier", 1104, "ErrSupplierInvalidServiceConfig") {
        try $0.send(stakeSupplier(.upokt(1_000_000), [config("svc", shares: [("owner", 99)])]), by: "operator")
    },
    RefusedAct("supplier", 1105, "ErrSupplierIsUnstaking", .failedPrecondition) {
        try $0.send(stakeSupplier(.upokt(1_000_000)), by: "operator")
        try $0.send(unstakeSupplier, by: "operator")
        try $0.send(unstakeSupplier, by: "operator")
    },
    RefusedAct("supplier", 1106, "ErrSupplierServiceNotFound") {
        try $0.send(stakeSupplier(.upokt(1_000_000), [config("nowhere")]), by: "operator")
    },
    RefusedAct("shared", 1105, "ErrSharedUnauthorizedSupplierUpdate") {
        try $0.send(stakeSupplier(.upokt(1_000_000)), by: "operator")
        try $0.send(stakeSupplier(nil, by: "other"), by: "other")
    },
    RefusedAct("shared", 1105, "ErrSharedUnauthorizedSupplierUpdate", .permissionDenied) {
        try $0.send(stakeSupplier(.upokt(1_000_000)), by: "operator")
        let message = MsgUnstakeSupplier(signer: address("other"), operatorAddress: address("operator"))
        try $0.send(.unstakeSupplier(message), by: "other")
    },
]

private let ofServices: [RefusedAct] = [
    RefusedAct("service", 1102, "ErrServiceInvalidAddress") {
        try $0.chain.addService(MsgAddService(ownerAddress: "nobody", service: service("new")))
    },
    RefusedAct("service", 1102, "ErrServiceInvalidAddress") {
        let message = MsgTransferService(ownerAddress: address("source"), serviceID: "svc", newOwnerAddress: "nobody")
        try $0.send(.transferService(message), by: "source")
    },
    RefusedAct("service", 1103, "ErrServiceMissingID") {
        try $0.send(give("", from: "source", to: "app"), by: "source")
    },
    RefusedAct("service", 1108, "ErrServiceNotEnoughFunds", .failedPrecondition) {
        $0.chain.params.service.addServiceFee = .upokt(ActorsChain.balance)
        try $0.send(add(service("new")), by: "source")
    },
    RefusedAct("service", 1109, "ErrServiceFailedToDeductFee", .failedPrecondition) {
        // The module holds so much that another fee would go beyond the range.
        $0.chain.bank.feesKept["service"] = .max
        try $0.send(add(service("new")), by: "source")
    },
    RefusedAct("service", 1113, "ErrServiceInvalidOwnerAddress") {
        // The owner is compared before the service is looked at.
        let invalid = Service(id: "not valid", computeUnitsPerRelay: 0, ownerAddress: address("other"))
        try $0.send(add(invalid), by: "source")
    },
    RefusedAct("service", 1113, "ErrServiceInvalidOwnerAddress") {
        try $0.send(give("svc", from: "source", to: "source"), by: "source")
    },
    RefusedAct("service", 1117, "ErrServiceNotFound", .notFound) {
        try $0.send(give("nowhere", from: "source", to: "app"), by: "source")
    },
    RefusedAct("service", 1118, "ErrServiceUnauthorized", .permissionDenied) {
        try $0.send(give("svc", from: "app", to: "other"), by: "app")
    },
    RefusedAct("shared", 1107, "ErrSharedInvalidService") { _ in
        try Service(id: "new", computeUnitsPerRelay: 1, ownerAddress: "nobody").validate()
    },
    RefusedAct("shared", 1108, "ErrSharedInvalidServiceId") { try $0.send(add(service("not valid")), by: "source") },
    RefusedAct("shared", 1109, "ErrSharedInvalidServiceName") {
        var new = service("new")
        new.name = "50 % more"
        try $0.send(add(new), by: "source")
    },
    RefusedAct("shared", 1110, "ErrSharedInvalidComputeUnitsPerRelay") {
        var new = service("new")
        new.computeUnitsPerRelay = 0
        try $0.send(add(new), by: "source")
    },
    RefusedAct("shared", 1111, "ErrSharedInvalidServiceMetadata") {
        let message = MsgUpdateGatewayMetadata(address: address("gateway"), card: [])
        try $0.send(.updateGatewayMetadata(message), by: "gateway")
    },
]

private func header(
    app: Address = address("app"), service: String = "svc", id: String = "ab", start: Height = 1, end: Height = 10
) -> SessionHeader {
    SessionHeader(
        applicationAddress: app, serviceID: service, sessionID: id, sessionStartBlockHeight: start,
        sessionEndBlockHeight: end)
}

private func session(
    _ code: UInt32, _ name: String, codespace: String = "session", app: Address = address("app"),
    service: String = "svc", at height: Height = 1
) -> RefusedAct {
    RefusedAct(codespace, code, name) {
        $0.advance(to: 11)
        _ = try $0.chain.session(application: app, serviceID: service, height: height)
    }
}

private let ofSessions: [RefusedAct] = [
    session(1101, "ErrSessionHydration", at: 12),
    session(1102, "ErrSessionAppNotFound", app: address("other")),
    session(1103, "ErrSessionAppNotStakedForService", service: "svc2"),
    session(1104, "ErrSessionSuppliersNotFound"),
    session(1105, "ErrSessionInvalidAppAddress", app: "nobody"),
    session(1107, "ErrSessionInvalidBlockHeight", at: -1),
    session(1108, "ErrSharedInvalidServiceId", codespace: "shared", service: "not valid"),
    RefusedAct("session", 1109, "ErrSessionAppNotActive") {
        try $0.send(unstakeApp, by: "app", at: 2)
        $0.advance(to: 11)
        _ = try $0.chain.session(application: address("app"), serviceID: "svc", height: 11)
    },
    RefusedAct("session", 1109, "ErrSessionAppNotActive") {
        // An application that is about to move serves out the session in which it said so.
        try $0.send(transfer("app", "app2"), by: "app", at: 2)
        $0.advance(to: 11)
        _ = try $0.chain.session(application: address("app"), serviceID: "svc", height: 11)
    },
    RefusedAct("session", 1105, "ErrSessionInvalidAppAddress") { _ in try header(app: "nobody").validateBasic() },
    RefusedAct("session", 1108, "ErrSessionInvalidSessionId") { _ in try header(id: "").validateBasic() },
    RefusedAct("shared", 1108, "ErrSharedInvalidServiceId") { _ in try header(service: "").validateBasic() },
    RefusedAct("session", 1107, "ErrSessionInvalidBlockHeight") { _ in try header(start: 0).validateBasic() },
    RefusedAct("session", 1107, "ErrSessionInvalidBlockHeight") { _ in try header(end: 1).validateBasic() },
]

private let all = ofParams + ofApplications + ofGatewaysAndSuppliers + ofServices + ofSessions

@Suite("Errors of parameters, actors and sessions")
struct ActorErrorTests {
    @Test("Each is raised on its path, with upstream's codespace, code, name and status", arguments: all)
    func raised(refused: RefusedAct) throws {
        var network = try ActorsChain { genesis in
            genesis.applications = [Application(address: address("app"), stake: .upokt(2_000_000), serviceIDs: ["svc"])]
            genesis.gateways = ["gateway", "gateway2"].map { GatewayActor(address: address($0), stake: .upokt(200)) }
        }
        let error = #expect(throws: ChainError.self) { try refused.act(&network) }
        let found = try #require(error)
        #expect(found.codespace == refused.codespace && found.code == refused.code, "\(found)")
        #expect(found.name == refused.name && found.status == refused.status, "\(found.name), \(found.status)")
        #expect(found.message.contains("expected") && found.message.contains("found"), "\(found)")
    }

    /// Constants that upstream has and that nothing can raise: the message's own address is both key and signer
    /// (unauthorized), events cannot fail to be emitted, and what is nested in another error shows as that one.
    private let neverRaised = [
        "ErrAppUnauthorized", "ErrGatewayUnauthorized", "ErrSharedInvalidAddress", "ErrSharedParamNameInvalid",
        "ErrSharedEmitEvent", "ErrSharedInvalidRevShare", "ErrSessionInvalidService",
    ]
    /// Raised where relays are proven; see the errors of claims and proofs.
    private let ofRelays = ["ErrServiceInvalidRelayResponse", "ErrServiceInvalidRelayRequest"]

    @Test("No constant of these modules lacks a path that raises it")
    func complete() {
        let names =
            SharedError.allCases.map(\.name) + SessionError.allCases.map(\.name) + ServiceError.allCases.map(\.name)
            + GatewayError.allCases.map(\.name) + ApplicationError.allCases.map(\.name)
            + SupplierError.allCases.map(\.name)
        let raised = Set(all.map(\.name))
        #expect(names.filter { !raised.contains($0) && !ofRelays.contains($0) }.sorted() == neverRaised.sorted())
    }
}
