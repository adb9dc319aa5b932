import Keys
import Offchain
import Onchain
import Shannon
public import World

/// What a run brought to everybody, as tables.
public struct SettlementReport {
    private let tally: Tally
    private let world: World
    private let style: Style

    public init(_ tally: Tally, world: World, style: Style) {
        self.tally = tally
        self.world = world
        self.style = style
    }

    /// Suppliers, applications, everybody else who is paid, the supply, and the invariants; amounts in POKT.
    public var lines: [String] {
        section("Claims", claims) + section("Suppliers (POKT)", suppliers)
            + section("Applications (POKT)", applications) + section("Others who are paid (POKT)", others)
            + section("Supply (POKT)", supply)
    }

    private func section(_ title: String, _ table: TextTable) -> [String] {
        table.isEmpty ? [] : ["", style.bold(title)] + table.lines(style)
    }

    private var claims: TextTable {
        var table = TextTable([
            .number("session end"), .text("supplier"), .text("application"), .number("relays"),
            .number("compute units"), .text("proof"), .text("end"), .number("claimed"), .number("settled"),
        ])
        let directory = Directory(world)
        let entries = tally.claims.entries.sorted { left, right in
            func place(_ claim: ClaimBook.Entry) -> (Height, String, String) {
                let name = claim.name
                return (name.sessionEnd, directory.name(name.supplier), directory.name(name.application))
            }
            return place(left) < place(right)
        }
        for claim in entries {
            var (end, claimed, settled) = ("open", "", "")
            switch claim.end {
            case .settled(let amount, let paid, _):
                (end, claimed, settled) = ("settled", Wording.pokt(amount), Wording.pokt(paid))
            case .expired(let amount, _): (end, claimed) = ("expired, slashed", Wording.pokt(amount))
            case .discarded: end = "discarded"
            case nil: break
            }
            let proof = (claim.requirement?.name ?? "?") + (claim.isWithheld ? ", withheld" : "")
            table.append([
                "\(claim.name.sessionEnd)", directory.name(claim.name.supplier),
                directory.name(claim.name.application), Wording.count(claim.relays),
                Wording.count(claim.computeUnits), proof, end, claimed, settled,
            ])
        }
        return table
    }

    private var suppliers: TextTable {
        var table = TextTable([
            .text("supplier"), .number("relays"), .number("compute units"), .number("claimed"),
            .text("proof requirement"), .number("settled"), .number("minted"), .number("slashed"), .number("net"),
        ])
        for (name, work) in tally.work {
            guard let address = tally.address(of: name) else { continue }
            let own = tally.claims.entries.filter { $0.name.supplier == address }
            var (claimed, settled, minted): (Int64, Int64, Int64) = (0, 0, 0)
            for claim in own {
                switch claim.end {
                case .settled(let amount, let paid, let created):
                    claimed += amount
                    settled += paid
                    minted += created
                case .expired(let amount, _): claimed += amount
                case .discarded, nil: break
                }
            }
            table.append([
                name, Wording.count(work.served), Wording.count(work.computeUnits), Wording.pokt(claimed),
                requirements(own), Wording.pokt(settled), Wording.pokt(minted),
                Wording.pokt(tally.claims.slashed[address] ?? 0), Wording.change(net(of: address)),
            ])
        }
        return table
    }

    private func requirements(_ claims: [ClaimBook.Entry]) -> String {
        let order: [(ProofRequirement, String)] = [
            (.threshold, "threshold"), (.probabilistic, "probabilistic"), (.notRequired, "not required"),
        ]
        return order.compactMap { requirement, words in
            let count = claims.filter { $0.requirement == requirement }.count
            return count == 0 ? nil : "\(count) \(words)"
        }.joined(separator: ", ")
    }

    private func net(of address: Address) -> Int64 {
        world.chain.balance(of: address) + world.stake(of: address) - tally.balanceBefore(address)
            - tally.stakeBefore(address)
    }

    private var applications: TextTable {
        var table = TextTable([
            .text("application"), .text("kind"), .number("stake before"), .number("stake after"), .number("change"),
        ])
        for application in world.spec.applications {
            guard let address = tally.address(of: application.name) else { continue }
            let (before, after) = (tally.stakeBefore(address), world.stake(of: address))
            table.append([
                application.name, application.kind.rawValue, Wording.pokt(before), Wording.pokt(after),
                Wording.change(after - before),
            ])
        }
        return table
    }

    private var others: TextTable {
        var table = TextTable([.text("account"), .text("role"), .number("received")])
        var rows: [(name: String, role: String)] = []
        for service in world.spec.services where !rows.contains(where: { $0.name == service.owner }) {
            rows.append((service.owner, "Source, owns \(service.id)"))
        }
        for share in world.spec.suppliers.flatMap(\.revenueShares) {
            guard !world.spec.suppliers.contains(where: { $0.name == share.account }),
                !rows.contains(where: { $0.name == share.account })
            else { continue }
            rows.append((share.account, "shareholder of a supplier"))
        }
        rows += world.spec.validators.map { ($0.name, "validator") }
        for (name, role) in rows {
            guard let address = tally.address(of: name) else { continue }
            table.append([name, role, Wording.change(net(of: address))])
        }
        let dao = world.spec.params.tokenomics.daoRewardAddress
        let name = world.accounts().first { $0.address == dao }?.name ?? dao.rawValue
        table.append([name, "DAO", Wording.change(world.chain.balance(of: dao) - tally.balanceBefore(dao))])
        return table
    }

    private var supply: TextTable {
        let bank = world.chain.bank
        var table = TextTable([.text("supply"), .number("amount")])
        table.append(["before", Wording.pokt(tally.supplyBefore)])
        table.append(["minted", Wording.change(bank.minted.values.reduce(0, +))])
        table.append(["burned", Wording.change(-bank.burned.values.reduce(0, +))])
        table.append(["after", Wording.pokt(bank.supply)])
        return table
    }
}
