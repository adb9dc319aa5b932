import Keys
import Onchain
import Shannon
import Testing
import World

@testable import Offchain

@Suite("What a supplier lets an application consume")
struct RelayMeterTests {
    private func chain(stake: Int64) throws -> Chain {
        let owner = PrivateKey.derived(seed: 3, name: "owner").publicKey.address
        var genesis = Genesis()
        genesis.services = [Service(id: "svc", computeUnitsPerRelay: 100, ownerAddress: owner)]
        genesis.applications = [
            Application(address: header.applicationAddress, stake: .upokt(stake), serviceIDs: ["svc"])
        ]
        return try Chain(genesis: genesis)
    }

    private var header: SessionHeader {
        SessionHeader(
            applicationAddress: PrivateKey.derived(seed: 3, name: "app").publicKey.address, serviceID: "svc",
            sessionID: "ab", sessionStartBlockHeight: 1, sessionEndBlockHeight: 10)
    }

    @Test("Quirk: the meter counts one session more than settlement, and the governance's number of suppliers")
    func share() throws {
        // 100,000,000 / 15 suppliers / (1 pending session + 1) = 3,333,333, at 4,200 a relay.
        let chain = try chain(stake: 100_000_000)
        var meter = RelayMeter()
        for number in 1...793 {
            guard case .taken(4_200) = meter.take(header, chain: chain) else {
                Issue.record("expected relay \(number) to be taken for 4200upokt")
                return
            }
        }
        guard case .overLimit(3_333_333) = meter.take(header, chain: chain) else {
            Issue.record("expected relay 794 to be over the limit of 3333333upokt")
            return
        }
    }

    @Test("An application or service that the chain does not know is said so")
    func unknown() throws {
        let chain = try chain(stake: 1_000_000)
        var (meter, stranger, other) = (RelayMeter(), header, header)
        stranger.applicationAddress = PrivateKey.derived(seed: 3, name: "owner").publicKey.address
        other.serviceID = "other"
        for unknown in [stranger, other] {
            guard case .unknown = meter.take(unknown, chain: chain) else {
                Issue.record("expected \(unknown) to be unknown")
                continue
            }
        }
    }
}
