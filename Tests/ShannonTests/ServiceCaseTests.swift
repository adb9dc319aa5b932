import Keys
import Shannon
import Testing
import VectorSupport

@Suite("Upstream's unit tests of services")
struct ServiceCaseTests {
    @Test("Ids, names, endpoints and whole services are judged as upstream judges them")
    func services() throws {
        try everyCase("service", of: casesFile) { vector in
            let (input, expected) = (vector["input"], vector["expected"])
            var service = Service(id: "svc1", computeUnitsPerRelay: 1, ownerAddress: anyAddress("owner"))
            switch try #require(input.keys.first) {
            case "serviceId":
                try vector.expect(ServiceID.isValid(input["serviceId"].string), is: expected["valid"].bool, "id")
            case "url":
                try vector.expect(
                    SupplierEndpoint.isValidURL(input["url"].string), is: expected["valid"].bool, "endpoint")
            case "name" where !expected["valid"].isNull:
                try vector.expect(Service.isValidName(input["name"].string), is: expected["valid"].bool, "name")
            case "name":
                service.name = try input["name"].string
                try vector.expectOutcome { try service.validate() }
            case "id":
                service.id = try input["id"].string
                try vector.expectOutcome { try service.validate() }
            case "cupr":
                service.computeUnitsPerRelay = try input["cupr"].uint64
                try vector.expectOutcome { try service.validate() }
            case "cardBytes":
                service.metadata = try Bytes(repeating: 0, count: input["cardBytes"].int)
                try vector.expectOutcome { try service.validate() }
            case "balance", "balanceMact":
                // Fees need the bank's state: the tests of the chain run these.
                break
            case let other:
                throw JSONValueError("no test knows the input \(other)")
            }
        }
    }

    @Test("An owner that is no address and an empty card are refused")
    func wholeService() {
        var service = Service(id: "svc1", computeUnitsPerRelay: 1, ownerAddress: "nobody")
        #expect(throws: ChainError.self) { try service.validate() }
        service.ownerAddress = anyAddress("owner")
        service.metadata = []
        #expect(throws: ChainError.self) { try service.validate() }
        service.metadata = nil
        #expect(throws: Never.self) { try service.validate() }
        service.name = String(repeating: "n", count: 170)
        #expect(throws: ChainError.self) { try service.validate() }
    }

    @Test(
        "Endpoints need a scheme that relays use, and a host",
        arguments: [
            ("ws://h", true), ("WSS://h:1/p?q", true), ("http://u:p@h", true), ("http://", false), ("http:///p", false),
            ("http://:80", false), ("http:h", false), ("http://h h", false), ("", false), ("://h", false),
        ])
    func endpoints(url: String, valid: Bool) {
        #expect(SupplierEndpoint.isValidURL(url) == valid)
    }
}
