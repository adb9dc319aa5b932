import Offchain
import Shannon

extension NetworkSpec {
    /// Refuses names that are used twice or that nothing has.
    func checkNames() throws(SpecError) {
        try unique(services.map(\.id), in: "services")
        try unique(services.map { $0.model ?? $0.id }, in: "services.model")
        try unique(suppliers.map(\.name) + applications.map(\.name) + gateways.map(\.name), in: "participants")
        try unique(accounts.map(\.name), in: "accounts")
        try unique(validators.map(\.name), in: "validators")
        let serviceIDs = services.map(\.id)
        let gatewayNames = gateways.map(\.name)
        for application in applications {
            let field = "applications.\(application.name)"
            try known(application.service, among: serviceIDs, field: "\(field).service", kind: "service")
            for gateway in application.gateways {
                try known(gateway, among: gatewayNames, field: "\(field).gateways", kind: "gateway")
            }
            guard application.kind == .sovereign || !application.gateways.isEmpty else {
                throw SpecError(
                    field: "\(field).gateways", problem: "expected a gateway for a \(application.kind.rawValue) client")
            }
        }
        for supplier in suppliers {
            for service in supplier.services {
                try known(
                    service, among: serviceIDs, field: "suppliers.\(supplier.name).services", kind: "service")
            }
        }
        guard (-Inspection.mostCount...Inspection.mostCount).contains(genesisUnixSeconds) else {
            throw SpecError(
                field: "genesis_unix_seconds", problem: "expected a time of this world, found \(genesisUnixSeconds)")
        }
        guard latency >= .zero else {
            throw SpecError(field: "latency", problem: "expected 0 or more, found \(latency.nanoseconds) ns")
        }
        guard (0...Inspection.mostCount).contains(Int64(channelCapacity)) else {
            throw SpecError(
                field: "channel_capacity", problem: "expected 0 to \(Inspection.mostCount), found \(channelCapacity)")
        }
        guard blockInterval > .zero else {
            throw SpecError(field: "block_interval", problem: "expected more than 0")
        }
    }

    /// The balance of a named account: the sum of what its entries say.
    func balance(of name: String) throws(SpecError) -> Int64 {
        let balances =
            accounts.filter { $0.name == name }.map(\.balance)
            + applications.filter { $0.name == name }.map(\.balance)
            + gateways.filter { $0.name == name }.map(\.balance)
            + suppliers.filter { $0.name == name }.map(\.balance)
            + validators.filter { $0.name == name }.map(\.balance)
        var sum: Int64 = 0
        for balance in balances {
            let (next, overflow) = sum.addingReportingOverflow(balance)
            guard balance >= 0, !overflow else {
                throw SpecError(field: name, problem: "expected a balance of 0 to 2^63-1 upokt, found \(balance)")
            }
            sum = next
        }
        return sum
    }

    private func unique(_ names: [String], in field: String) throws(SpecError) {
        let sorted = names.sorted()
        guard let twice = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 })?.0 else { return }
        throw SpecError(field: field, problem: "expected each name once, found \"\(twice)\" twice")
    }

    private func known(_ name: String, among names: [String], field: String, kind: String) throws(SpecError) {
        guard !names.contains(name) else { return }
        let list = names.isEmpty ? "none" : names.joined(separator: ", ")
        throw SpecError(field: field, problem: "expected a \(kind) of \(list), found \"\(name)\"")
    }
}
