import Keys
import Onchain
import Shannon
public import World

/// What stands at the start of a run: accounts, windows, endpoints.
public struct Banner {
    private let world: World
    private let style: Style

    public init(_ world: World, style: Style) {
        self.world = world
        self.style = style
    }

    /// - Parameter facts: Further lines about this run, as name and text: seed, model, endpoints.
    public func lines(_ facts: KeyValuePairs<String, String>) -> [String] {
        var lines = facts.map { "  \(style.dim(Wording.padded($0.key, to: 12))) \($0.value)" }
        lines += [""] + accounts + [""] + windows
        return lines
    }

    private var accounts: [String] {
        var table = TextTable([.text("account"), .text("role"), .text("address"), .number("POKT"), .number("staked")])
        for account in world.accounts() {
            let stake = world.stake(of: account.address)
            table.append([
                account.name, account.role, account.address.rawValue,
                Wording.pokt(world.chain.balance(of: account.address)), stake == 0 ? "" : Wording.pokt(stake),
            ])
        }
        return table.lines(style)
    }

    /// The windows of the session that the next block lies in.
    private var windows: [String] {
        let shared = world.chain.params.shared
        let height = world.chain.height + 1
        func range(_ from: Height, _ to: Height) -> String { "\(from) … \(to)" }
        let rows: [(String, String)] = [
            (
                "session \(shared.sessionNumber(at: height)): blocks",
                range(shared.sessionStart(at: height), shared.sessionEnd(at: height))
            ),
            ("grace until", "\(shared.gracePeriodEnd(at: height))"),
            ("claims", range(shared.claimWindowOpen(at: height), shared.claimWindowClose(at: height))),
            ("proofs", range(shared.proofWindowOpen(at: height), shared.proofWindowClose(at: height))),
            ("settlement", "\(shared.settlementHeight(at: height))"),
        ]
        return ["  " + rows.map { "\(style.dim($0.0)) \($0.1)" }.joined(separator: " · ")]
    }
}
