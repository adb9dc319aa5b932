import Keys
import Shannon
import Testing
import VectorSupport

@testable import Onchain

@Suite("Services")
struct ServiceTests {
    private func add(_ service: Service, by name: String = "source") -> Message {
        .addService(MsgAddService(ownerAddress: address(name), service: service))
    }

    @Test("Every case of services holds")
    func cases() throws {
        try everyCase(ofArea: "service") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            if vector.gives("serviceId") {
                return try vector.expect(
                    ServiceID.isValid(input["serviceId"].string), is: expected["valid"].bool, "validity")
            }
            if vector.gives("url") {
                return try vector.expect(
                    SupplierEndpoint.isValidURL(input["url"].string), is: expected["valid"].bool, "validity")
            }
            if vector.gives("name"), expected["valid"].optional != nil {
                return try vector.expect(
                    Service.isValidName(input["name"].string), is: expected["valid"].bool, "validity")
            }
            var network = try ActorsChain { genesis in
                guard vector.gives("balance") || vector.gives("balanceMact") else { return }
                let balance = (try? input["balance"].int64) ?? 0
                genesis.accounts.removeAll { $0.address == address("source") }
                genesis.accounts.append(Genesis.Account(key: key("source").publicKey, balance: balance))
            }
            var new = service(try input["id"].optional?.string ?? "new")
            new.computeUnitsPerRelay = try input["cupr"].optional?.uint64 ?? 1
            new.metadata = try input["cardBytes"].optional.map { Bytes(repeating: 1, count: try $0.int) }
            try vector.expect(refusal: network.refusal(of: add(new), by: "source"))
        }
    }

    @Test("Every case of the heights between which a config counts holds")
    func activationCases() throws {
        try everyCase(ofArea: "service-activation") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            if vector.gives("flat") {
                let flat = try input["flat"].array.map { try $0.string }
                let app = Application(address: address("app"), stake: .upokt(1), serviceIDs: flat)
                for height in try input["heights"].array {
                    let active = try expected["active"].array.map { try $0.string }
                    try vector.expect(app.activeServiceIDs(at: height.int64), is: active, "services at \(height)")
                }
                return
            }
            let (start, end) = (try input["activation"].int64, try input["deactivation"].int64)
            let height = try input["height"].int64
            let ofApp = ApplicationServiceConfigUpdate(
                serviceID: "svc", activationHeight: start, deactivationHeight: end)
            let ofSupplier = ServiceConfigUpdate(
                operatorAddress: address("operator"), service: config("svc"), activationHeight: start,
                deactivationHeight: end)
            try vector.expect(ofApp.isActive(at: height), is: expected["active"].bool, "an application's config")
            try vector.expect(ofSupplier.isActive(at: height), is: expected["active"].bool, "a supplier's config")
        }
    }

    @Test("Every case of compute units over time holds")
    func historyCases() throws {
        try everyCase(ofArea: "cupr-history") { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var network = try ActorsChain()
            if let changes = input["changes"].optional {
                for change in try changes.array {
                    network.chain.height = try change[0].int64
                    network.chain.recordComputeUnits(
                        of: "svc", from: try change[1].uint64, to: try change[2].uint64)
                }
                let history = try #require(network.chain.service.computeUnitsHistory["svc"])
                try vector.expect(history.count, is: expected["historyLen"].int, "entries")
                try vector.expect(history[1], is: expected["atHeight1"].uint64, "the value at height 1")
                return try vector.expect(history.keys.last, is: expected["thirdEffective"].int64, "the last height")
            }
            guard vector.gives("history") else { throw UnknownCase() }
            network.chain.service.services["svc"]?.computeUnitsPerRelay = try input["live"].optional?.uint64 ?? 0
            if vector.gives("liveService") { network.chain.service.services["svc"] = nil }
            for entry in try input["history"].array {
                network.chain.service.computeUnitsHistory["svc", default: SortedMap()][try entry[0].int64] =
                    try entry[1].uint64
            }
            if vector.gives("height") {
                let found = try network.chain.computeUnitsPerRelay(of: "svc", at: input["height"].int64)
                return try vector.expect(found, is: expected["cupr"].uint64, "the value")
            }
            for height in expected.keys {
                let found = network.chain.computeUnitsPerRelay(of: "svc", at: try #require(Height(height)))
                try vector.expect(found, is: expected[height].uint64, "the value at \(height)")
            }
        }
    }

    @Test(
        "Quirk: a service costs more than its fee: it must be exceeded, not only met, and stays in the module's account"
    )
    func fee() throws {
        var network = try ActorsChain()
        network.chain.params.service.addServiceFee = .upokt(ActorsChain.balance)
        #expect(network.refusal(of: add(service("new")), by: "source") == "ErrServiceNotEnoughFunds")
        network.chain.params.service.addServiceFee = .upokt(ActorsChain.balance - 1)
        try network.send(add(service("new")), by: "source")
        #expect(network.chain.balance(of: address("source")) == 1)
        #expect(network.chain.balance(of: ModuleAccount.service.address) == ActorsChain.balance - 1)
        #expect(network.chain.bankViolations().isEmpty)
    }

    @Test("Only the owner changes a service, for free, and its card stays unless another is given")
    func change() throws {
        var network = try ActorsChain()
        var new = service("new")
        new.metadata = [1, 2]
        try network.send(add(new), by: "source", at: 3)
        let paid = network.chain.balance(of: address("source"))
        new.metadata = nil
        new.computeUnitsPerRelay = 7
        try network.send(add(new), by: "source", at: 15)
        #expect(network.chain.balance(of: address("source")) == paid)
        #expect(network.chain.service("new")?.metadata == [1, 2])
        #expect(network.chain.computeUnitsPerRelay(of: "new", at: 20) == 100)
        #expect(network.chain.computeUnitsPerRelay(of: "new", at: 21) == 7)
        #expect(network.refusal(of: add(new, by: "other"), by: "other") == "ErrServiceInvalidOwnerAddress")
        new.ownerAddress = address("other")
        #expect(network.refusal(of: add(new, by: "other"), by: "other") == "ErrServiceInvalidOwnerAddress")
    }

    @Test("A service changes hands by its owner's message only")
    func transferOwnership() throws {
        var network = try ActorsChain()
        func give(_ id: String, from owner: String, to new: Address) -> Message {
            .transferService(
                MsgTransferService(ownerAddress: address(owner), serviceID: id, newOwnerAddress: new))
        }
        let other = address("other")
        #expect(network.refusal(of: give("", from: "source", to: other), by: "source") == "ErrServiceMissingID")
        #expect(network.refusal(of: give("no", from: "source", to: other), by: "source") == "ErrServiceNotFound")
        #expect(network.refusal(of: give("svc", from: "app", to: other), by: "app") == "ErrServiceUnauthorized")
        #expect(network.refusal(of: give("svc", from: "source", to: "x"), by: "source") == "ErrServiceInvalidAddress")
        let same = give("svc", from: "source", to: address("source"))
        #expect(network.refusal(of: same, by: "source") == "ErrServiceInvalidOwnerAddress")
        try network.send(give("svc", from: "source", to: other), by: "source")
        #expect(network.chain.service("svc")?.ownerAddress == other)
        // What the new owner may do now, the old one may not.
        #expect(network.refusal(of: add(service("svc")), by: "source") == "ErrServiceInvalidOwnerAddress")
    }

    @Test("Quirk: services make no events, whether added, changed or given away")
    func noEvents() throws {
        var network = try ActorsChain()
        var new = service("new")
        #expect(try network.send(add(new), by: "source").isEmpty)
        (new.computeUnitsPerRelay, new.metadata) = (7, [1])
        #expect(try network.send(add(new), by: "source").isEmpty)
        let give = MsgTransferService(
            ownerAddress: address("source"), serviceID: "new", newOwnerAddress: address("other"))
        #expect(try network.send(.transferService(give), by: "source").isEmpty)
        #expect(network.advance(to: 40).isEmpty)
    }

    @Test("A new service's weight counts from the start of its session on, a change from the next")
    func history() throws {
        var network = try ActorsChain()
        var new = service("new")
        try network.send(add(new), by: "source", at: 15)
        #expect(network.chain.service.computeUnitsHistory["new"]?.keys == [11])
        new.computeUnitsPerRelay = 7
        try network.send(add(new), by: "source", at: 16)
        #expect(network.chain.service.computeUnitsHistory["new"]?.keys == [11, 21])
        // Another name alone is no change of the weight.
        new.name = "renamed"
        try network.send(add(new), by: "source", at: 25)
        #expect(network.chain.service.computeUnitsHistory["new"]?.keys == [11, 21])
        #expect(network.chain.service("new")?.name == "renamed")
    }
}
