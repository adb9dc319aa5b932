import Keys
import Offchain
import Onchain
import Shannon
import World

extension Action {
    /// Whether it needs a block to take effect.
    var needsBlock: Bool {
        switch self {
        case .send, .ask, .command, .params, .resetParams, .intervene: true
        case .remember, .query, .showAnswer, .snapshot, .revert, .fork: false
        }
    }
}

extension ScenarioRunner {
    mutating func perform(_ actions: [Placed<Action>]) throws(StepError) {
        for action in actions {
            place = action.place
            try perform(action)
        }
    }

    private mutating func perform(_ action: Placed<Action>) throws(StepError) {
        switch action.content {
        case .send(let send): try perform(send)
        case .ask(let application, let workload):
            driver.accept(.ask(application: application, workload))
            driver.run(until: driver.world.now)
        case .command(let command, let sender):
            let (messages, signer) = try messages(of: command)
            try transact(messages, from: sender ?? signer, at: action.place)
        case .params(let settings, let sender): try set(settings, from: sender, at: action.place)
        case .resetParams(let sender):
            let messages = Params.modules.compactMap { Params().ofModule($0) }.map {
                Message.updateParams(MsgUpdateParams(authority: ModuleAccount.gov.address, params: $0))
            }
            try transact(messages, from: sender, at: action.place)
        case .intervene(let intervention): try intervene(intervention)
        case .remember(let measure, let name):
            remembered[name] = amount(measure, in: driver.world.chain)
            rememberedAt[name] = driver.world.chain.height
        case .query(let query): output = query.answer(driver.world) ?? ""
        case .showAnswer(let application):
            let answer = recorder.history.records.last {
                $0.event.name == "Answered" && $0.event["application"]?.text == application
            }
            output = answer?.event["text"]?.text ?? ""
        case .snapshot(let name): save(name)
        case .revert(let name): try revert(to: name)
        case .fork(let name): fork(name)
        }
    }

    private mutating func intervene(_ intervention: Intervention) throws(StepError) {
        do throws(InterventionError) { try driver.intervene(intervention) } catch {
            throw .undoable(error.problem, place)
        }
        driver.run(until: driver.world.now)
    }

    private mutating func transact(
        _ messages: [Message], from account: String, at place: Place
    ) throws(StepError) {
        let key = CommandKey(account: account, height: driver.world.chain.height + 1)
        commandPlaces[key] = place
        lastCommand = key
        output = nil
        try intervene(.transact(account: account, messages))
    }

    private mutating func perform(_ send: Send) throws(StepError) {
        var route = Route()
        route.serviceID = send.service
        route.gateway = send.gateway
        route.supplier = send.supplier
        route.request = send.request
        if let session = send.session {
            // Its last height, so that services and suppliers are those of the whole session.
            route.sessionHeight = min(
                try resolve(Moment(.session(session, .end))), max(1, driver.world.chain.height))
        }
        var workload = Workload(prompts: [send.prompt], requestsPerSession: send.relays, maxTokens: 16)
        workload.route = route
        driver.accept(.ask(application: send.application, workload))
        driver.run(until: driver.world.now)
    }

    // MARK: Parameters

    private mutating func set(_ settings: [ParamSetting], from sender: String, at place: Place) throws(StepError) {
        var modules: [String] = []
        for setting in settings where !modules.contains(setting.module) { modules.append(setting.module) }
        var messages: [Message] = []
        let authority = ModuleAccount.gov.address
        for module in modules {
            let changes = settings.filter { $0.module == module }
            lastSettings[module] = changes
            do throws(ChainError) {
                let updates = changes.map {
                    MsgUpdateParam(authority: authority, module: module, name: $0.name, value: $0.value)
                }
                if updates.count == 1, let update = updates.first, !update.name.contains(".") {
                    messages.append(.updateParam(update))
                } else {
                    let params = try driver.world.chain.params.changed(by: updates)
                    messages.append(.updateParams(MsgUpdateParams(authority: authority, params: params)))
                }
            } catch {
                throw .undoable("parameters of \(module): \(error.message)", place)
            }
        }
        try transact(messages, from: sender, at: place)
    }

    // MARK: Commands

    /// The address of a named account, or the text itself when it is an address.
    func address(_ name: String) throws(StepError) -> Address {
        if let address = driver.world.address(of: name) { return address }
        let address = Address(name)
        guard address.isValid else { throw .undoable("expected an account of the network, found \"\(name)\"", place) }
        return address
    }

    /// The messages of a command, and who signs them by rule.
    private func messages(of command: Command) throws(StepError) -> (messages: [Message], signer: String) {
        switch command {
        case .pay(let from, let to, let coin):
            let message = MsgSend(fromAddress: try address(from), toAddress: try address(to), amount: coin)
            return ([.send(message)], from)
        case .stakeApplication(let name, let stake, let service, let limit):
            let address = try address(name)
            let old = driver.world.chain.application(address)
            let services = service.map { [$0] } ?? old?.serviceIDs ?? []
            let message = MsgStakeApplication(
                address: address, stake: stake ?? old?.stake, serviceIDs: services, perSessionSpendLimit: limit)
            return ([.stakeApplication(message)], name)
        case .stakeGateway(let name, let stake):
            return ([.stakeGateway(MsgStakeGateway(address: try address(name), stake: stake))], name)
        case .stakeSupplier(let stake): return ([try message(stake)], stake.owner ?? stake.name)
        case .unstake(let kind, let name): return ([try unstake(kind, name)], name)
        case .delegate(let app, let gateway):
            let message = MsgDelegateToGateway(
                applicationAddress: try address(app), gatewayAddress: try address(gateway))
            return ([.delegateToGateway(message)], app)
        case .undelegate(let app, let gateway):
            let message = MsgUndelegateFromGateway(
                applicationAddress: try address(app), gatewayAddress: try address(gateway))
            return ([.undelegateFromGateway(message)], app)
        case .transferApplication(let app, let to):
            let message = MsgTransferApplication(sourceAddress: try address(app), destinationAddress: try address(to))
            return ([.transferApplication(message)], app)
        case .bond(let from, let validator, let amount):
            let message = MsgDelegate(
                delegatorAddress: try address(from), validatorAddress: try address(validator), amount: amount)
            return ([.delegate(message)], from)
        case .setCard(let gateway, let card):
            let message = MsgUpdateGatewayMetadata(address: try address(gateway), card: Array(card.utf8))
            return ([.updateGatewayMetadata(message)], gateway)
        case .addService, .transferService: return try service(command)
        }
    }

    private func service(_ command: Command) throws(StepError) -> (messages: [Message], signer: String) {
        switch command {
        case .addService(let id, let name, let units, let owner, let metadata):
            let old = driver.world.chain.service(id)
            let service = Service(
                id: id, name: name ?? old?.name ?? "", computeUnitsPerRelay: units ?? old?.computeUnitsPerRelay ?? 1,
                ownerAddress: try address(owner), metadata: metadata.map { Array($0.utf8) })
            return ([.addService(MsgAddService(ownerAddress: try address(owner), service: service))], owner)
        case .transferService(let id, let from, let to):
            let message = MsgTransferService(
                ownerAddress: try address(from), serviceID: id, newOwnerAddress: try address(to))
            return ([.transferService(message)], from)
        default: return ([], "")
        }
    }

    private func message(_ stake: SupplierStake) throws(StepError) -> Message {
        let operatorAddress = try address(stake.name)
        let owner = try address(stake.owner ?? stake.name)
        var shares: [RevenueShare] = []
        for share in stake.shares {
            shares.append(RevenueShare(address: try address(share.account), percentage: share.percentage))
        }
        if shares.isEmpty { shares = [RevenueShare(address: owner, percentage: 100)] }
        let endpoint = SupplierEndpoint(url: "http://\(stake.name).localnet:8545", rpcType: .jsonRPC)
        // Only the operator may name services, so a stake by the owner alone has none.
        let signer = stake.owner == nil || stake.services.isEmpty ? owner : operatorAddress
        return .stakeSupplier(
            MsgStakeSupplier(
                signer: signer, ownerAddress: owner, operatorAddress: operatorAddress, stake: stake.amount,
                services: stake.services.map {
                    SupplierServiceConfig(serviceID: $0, endpoints: [endpoint], revenueShares: shares)
                }))
    }

    private func unstake(_ kind: ActorKind, _ name: String) throws(StepError) -> Message {
        let address = try address(name)
        switch kind {
        case .application: return .unstakeApplication(MsgUnstakeApplication(address: address))
        case .gateway: return .unstakeGateway(MsgUnstakeGateway(address: address))
        case .supplier: return .unstakeSupplier(MsgUnstakeSupplier(signer: address, operatorAddress: address))
        }
    }
}
