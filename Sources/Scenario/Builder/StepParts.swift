public import Shannon
public import World

/// An application sends relays at once.
public func send(
    _ application: String, relays: Int = 1, to supplier: String? = nil, via gateway: String? = nil,
    session: Int64? = nil, prompt: String = "Once upon a time", file: String = #fileID, line: Int = #line
) -> StepPart {
    let send = Send(
        application: application, relays: relays, prompt: prompt, gateway: gateway, supplier: supplier,
        session: session)
    return perform(.send(send), file: file, line: line)
}

/// Governance changes a parameter.
public func set(
    _ module: String, _ name: String, to value: MsgUpdateParam.Value, file: String = #fileID, line: Int = #line
) -> StepPart {
    perform(.params([ParamSetting(module: module, name: name, value: value)], from: "pnf"), file: file, line: line)
}

/// An account asks something of the chain.
public func command(
    _ command: Command, from signer: String? = nil, file: String = #fileID, line: Int = #line
) -> StepPart {
    perform(.command(command, from: signer), file: file, line: line)
}

/// Something goes wrong, somebody misbehaves, or a state is changed behind the protocol's back.
public func intervene(_ intervention: Intervention, file: String = #fileID, line: Int = #line) -> StepPart {
    perform(.intervene(intervention), file: file, line: line)
}

/// Any action.
public func perform(_ action: Action, file: String = #fileID, line: Int = #line) -> StepPart {
    .action(Placed(action, at: Place(file: file, line: line)))
}

/// An event happened, once or more, or exactly so many times.
public func expect(
    event name: String, _ fields: KeyValuePairs<String, FieldValue> = [:], count: Int? = nil,
    file: String = #fileID, line: Int = #line
) -> StepPart {
    let pattern = EventPattern(name, fields.map { EventPattern.Field($0.key, $0.value) })
    return expect(
        .event(pattern, count.map { .exactly($0) } ?? .atLeast(1), since: .start), file: file, line: line)
}

/// An account's balance changed by so many upokt since genesis.
public func expect(
    balance account: String, change: Int64, file: String = #fileID, line: Int = #line
) -> StepPart {
    expect(.amount(.balance(account), .change(change, since: .start)), file: file, line: line)
}

/// An actor's stake changed by so many upokt since genesis.
public func expect(stake actor: String, change: Int64, file: String = #fileID, line: Int = #line) -> StepPart {
    expect(.amount(.stake(nil, actor), .change(change, since: .start)), file: file, line: line)
}

/// Any expectation.
public func expect(_ expectation: Expectation, file: String = #fileID, line: Int = #line) -> StepPart {
    .expectation(Placed(expectation, at: Place(file: file, line: line)))
}
