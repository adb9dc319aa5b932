import Foundation
import Keys
import Shannon
import World

extension FeatureTranslator {
    mutating func act(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        switch skeleton {
        case "the user sends {} upokt from account {} to account {}":
            guard let amount = arguments.number(0) else { return false }
            perform(.command(.pay(from: arguments[1], to: arguments[2], .upokt(amount)), from: nil))
        case "the user runs the command {}", "the user runs the query {}":
            if let query = Query(arguments[0]) {
                perform(.query(query))
            } else if let line = CommandLine(arguments[0]) {
                perform(.command(line.command, from: line.signer))
            } else {
                return false
            }
        default: return stake(skeleton, arguments, step.phase) || changeService(skeleton, arguments)
        }
        return true
    }

    // MARK: Stakes

    private mutating func stake(
        _ skeleton: String, _ arguments: Arguments, _ phase: FeatureStep.Phase
    ) -> Bool {
        switch skeleton {
        case "the user stakes a {} with {} upokt from the account {}",
            "the user successfully stakes a {} with {} upokt from the account {}":
            guard let kind = kind(arguments[0]), let amount = arguments.number(1) else { return false }
            stake(kind, arguments[2], amount, service: nil, phase, isChecked: skeleton.contains("successfully"))
        case "the user stakes a {} with {} upokt for {} service from the account {}",
            "the user successfully stakes a {} with {} upokt for {} service from the account {}":
            guard let kind = kind(arguments[0]), let amount = arguments.number(1) else { return false }
            stake(
                kind, arguments[3], amount, service: arguments[2], phase, isChecked: skeleton.contains("successfully"))
        case "the user unstakes a {} from the account {}", "the user successfully unstakes a {} from the account {}":
            guard let kind = kind(arguments[0]) else { return false }
            perform(
                .remember(.balance(arguments[1]), name: "\(Measure.balance(arguments[1]))"),
                .command(.unstake(kind, arguments[1]), from: nil))
        case "the user transfers the {} stake from account {} to account {}":
            guard kind(arguments[0]) == .application else { return false }
            perform(.command(.transferApplication(arguments[1], to: arguments[2]), from: nil))
        case "the user delegates application {} to gateway {}":
            perform(.command(.delegate(application: arguments[0], gateway: arguments[1]), from: nil))
        case "the user undelegates application {} from gateway {}":
            perform(.command(.undelegate(application: arguments[0], gateway: arguments[1]), from: nil))
        default: return false
        }
        return true
    }

    private mutating func stake(
        _ kind: ActorKind, _ name: String, _ amount: Int64, service: String?, _ phase: FeatureStep.Phase,
        isChecked: Bool
    ) {
        // What has to succeed under `Given` needs an actor that has less than that staked.
        if isChecked, phase == .given, stakeAtGenesis(kind, name) >= amount { stakeAtGenesis(kind, name, 0) }
        let coin = Coin.upokt(amount)
        let command: Command =
            switch kind {
            case .application: .stakeApplication(name, coin, service: service, spendLimit: nil)
            case .gateway: .stakeGateway(name, coin)
            case .supplier:
                .stakeSupplier(SupplierStake(name: name, amount: coin, services: service.map { [$0] } ?? []))
            }
        perform(.command(command, from: nil))
        guard isChecked else { return }
        expect(.amount(.stake(kind, name), .equals(amount)))
        remember(.stake(kind, name))
        remember(.balance(name))
    }

    // MARK: Services and cards

    private mutating func changeService(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the gateway {} sets its card to {}":
            perform(.command(.setCard(gateway: arguments[0], card: arguments[1]), from: nil))
        case "the user creates a service {} with name {} and compute units {} from account {} with metadata from file {}":
            guard let units = arguments.number(2) else { return false }
            perform(
                .command(
                    .addService(
                        id: arguments[0], name: arguments[1], computeUnits: UInt64(clamping: units),
                        owner: arguments[3], metadata: content(of: arguments[4])), from: nil))
        case "the user updates service {} with metadata from file {} from account {}":
            perform(
                .command(
                    .addService(
                        id: arguments[0], name: nil, computeUnits: nil, owner: arguments[2],
                        metadata: content(of: arguments[1])), from: nil))
        default: return false
        }
        return true
    }

    /// The text of a file beside the feature; a file that is not there stands for itself by its name.
    private func content(of path: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let data = FileManager.default.contents(atPath: path.hasPrefix("/") ? path : folder + path)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? #"{"file":"\#(path)"}"#
    }
}
