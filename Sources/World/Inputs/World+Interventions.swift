import Keys
public import Offchain
import Onchain
public import Shannon

extension World {
    /// Refuses an intervention that cannot be made: a name that nothing has, an amount below 0, a fault that is none.
    ///
    /// - Throws: `InterventionError`, with the names that there are.
    public func check(_ intervention: Intervention) throws(InterventionError) {
        switch intervention {
        case .fault(let fault): try check(fault)
        case .misbehave(let party, let some):
            try checkKnown(party)
            if let wrong = some.all.first(where: { !$0.isPossible(for: party) }) {
                let possible = Misbehaviour.allCases.filter { $0.isPossible(for: party) }.map(\.name)
                throw InterventionError(
                    "\(party): expected one of \(possible.joined(separator: ", ")), found \(wrong.name)")
            }
        case .cheat(.setBalance(let account, let amount)), .cheat(.setStake(let account, let amount)):
            try checkAccount(account)
            guard amount >= 0 else { throw InterventionError("expected 0 upokt or more, found \(amount)") }
        case .transact(let account, let messages):
            try checkAccount(account)
            guard !messages.isEmpty else { throw InterventionError("expected at least one message, found none") }
        }
    }

    private func check(_ fault: Fault) throws(InterventionError) {
        switch fault {
        case .channel(let scope, let fault):
            for party in [scope.from, scope.to] { if let party { try checkKnown(party) } }
            guard fault.latency ?? .zero >= .zero, fault.jitter >= .zero else {
                throw InterventionError("expected a latency and a jitter of 0 or more, found \(fault)")
            }
        case .heal(let scope):
            guard faults.channels.contains(scope) else {
                let known = faults.channels.keys.map(\.description)
                throw InterventionError("expected a channel at fault, one of \(list(known)), found \(scope)")
            }
        case .crash(let party):
            try checkParticipant(party)
            guard !faults.isDown(party) else { throw InterventionError("\(party) has crashed already") }
        case .restart(let party):
            try checkParticipant(party)
            guard faults.isDown(party) else { throw InterventionError("\(party) is running") }
        case .slow(let supplier, let factor):
            try checkParticipant(.supplier(supplier))
            guard factor >= 1 else { throw InterventionError("expected a factor of 1 or more, found \(factor)") }
        case .healAll: break
        }
    }

    private func checkParticipant(_ party: Party) throws(InterventionError) {
        guard party != .chain, party != .outside else {
            throw InterventionError("expected a supplier, a gateway or an application, found \(party)")
        }
        try checkKnown(party)
    }

    private func checkKnown(_ party: Party) throws(InterventionError) {
        switch party {
        case .chain, .outside: break
        case .application(let name): try check(name, among: applications.keys, kind: "an application")
        case .gateway(let name): try check(name, among: gateways.keys, kind: "a gateway")
        case .supplier(let name): try check(name, among: suppliers.keys, kind: "a supplier")
        }
    }

    private func checkAccount(_ name: String) throws(InterventionError) {
        try check(name, among: keyring.names, kind: "an account")
    }

    private func check(_ name: String, among names: [String], kind: String) throws(InterventionError) {
        guard !names.contains(name) else { return }
        throw InterventionError("expected \(kind) of \(list(names)), found \"\(name)\"")
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

    /// The participant of a name, whatever it is; nil when none runs under it.
    public func party(named name: String) -> Party? {
        if suppliers.contains(name) { return .supplier(name) }
        if gateways.contains(name) { return .gateway(name) }
        return applications.contains(name) ? .application(name) : nil
    }
}

extension World {
    /// Makes an intervention take effect, or reports why it cannot.
    mutating func intervene(_ intervention: Intervention, _ output: inout StepOutput) {
        do throws(InterventionError) {
            try check(intervention)
            switch intervention {
            case .fault(let fault): apply(fault, &output)
            case .misbehave(let party, let some): misbehave(party, some)
            case .cheat(let cheat): try apply(cheat)
            case .transact(let account, let messages):
                output.facts.append(try transact(account, messages))
                return
            }
            output.facts.append(.intervened("\(intervention)"))
        } catch {
            output.facts.append(.interventionRefused("\(intervention): \(error)"))
        }
    }

    private mutating func apply(_ fault: Fault, _ output: inout StepOutput) {
        switch fault {
        case .channel(let scope, let fault): faults.channels[scope] = fault
        case .heal(let scope): faults.channels[scope] = nil
        case .crash(let party): crash(party, &output)
        case .restart(let party): restart(party, &output)
        case .slow(let supplier, let factor): faults.slowness[supplier] = factor == 1 ? nil : factor
        case .healAll:
            faults.channels = SortedMap()
            faults.slowness = SortedMap()
            for party in faults.down { restart(party, &output) }
        }
    }

    private mutating func crash(_ party: Party, _ output: inout StepOutput) {
        var effects: [Effect] = []
        switch party {
        case .application(let name): effects = applications.update(name) { $0.crash() } ?? []
        case .gateway(let name): effects = gateways.update(name) { $0.crash() } ?? []
        case .supplier(let name):
            // Afterwards its newest leaves are gone.
            output.violations += dueViolationsOfR2(leaving: 0)
            effects = suppliers.update(name) { $0.crash() } ?? []
            ledger.noteCrash(of: name)
        case .chain, .outside: return
        }
        stopTimers(of: party)
        faults.down = (faults.down + [party]).sorted()
        for effect in effects { perform(effect, of: party, &output) }
    }

    private mutating func restart(_ party: Party, _ output: inout StepOutput) {
        faults.down.removeAll { $0 == party }
        let view = chain
        let effects: [Effect]
        switch party {
        case .supplier(let name): effects = suppliers.update(name) { $0.restart(chain: view) } ?? []
        case .gateway(let name): effects = gateways.update(name) { $0.restart() } ?? []
        case .application, .chain, .outside: return
        }
        for effect in effects { perform(effect, of: party, &output) }
    }

    private mutating func misbehave(_ party: Party, _ some: Misbehaviours) {
        switch party {
        case .application(let name): applications.update(name) { $0.misbehave(some) }
        case .gateway(let name): gateways.update(name) { $0.misbehave(some) }
        case .supplier(let name): suppliers.update(name) { $0.misbehave(some) }
        case .chain, .outside: break
        }
    }

    private mutating func apply(_ cheat: Cheat) throws(InterventionError) {
        do throws(ChainError) {
            switch cheat {
            case .setBalance(let account, let amount):
                guard let address = address(of: account) else { return }
                try chain.cheat(balance: amount, of: address)
            case .setStake(let account, let amount):
                guard let address = address(of: account) else { return }
                try chain.cheat(stake: amount, of: address)
            }
        } catch {
            throw InterventionError(error.message)
        }
    }

    /// Signs a named account's transaction and puts it into the mempool.
    private mutating func transact(_ account: String, _ messages: [Message]) throws(InterventionError) -> Fact {
        guard let key = keyring[account] else { throw InterventionError("there is no account \"\(account)\"") }
        let waiting = mempool.count { $0.publicKey == key.publicKey }
        let sequence = chain.sequence(of: key.address) + UInt64(waiting)
        let transaction = Transaction(messages: messages, publicKey: key.publicKey, sequence: sequence)
            .signed(with: key, chainID: chain.chainID)
        guard mempool.count < Self.mempoolLimit else {
            throw InterventionError("expected a mempool with room, found \(mempool.count) transactions in it")
        }
        mempool.append(transaction)
        return .transactionSent(account: account, hash: transaction.hash)
    }
}

extension Intervention {
    /// A change of one parameter by governance, which the account `pnf` sends.
    public static func setParameter(
        module: String, name: String, to value: MsgUpdateParam.Value
    ) -> Intervention {
        let message = MsgUpdateParam(
            authority: ModuleAccount.gov.address, module: module, name: name, value: value)
        return .transact(account: "pnf", [.updateParam(message)])
    }
}
