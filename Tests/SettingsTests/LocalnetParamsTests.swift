import Config
import Shannon
import Testing

@Suite("Upstream's localnet")
struct LocalnetParamsTests {
    @Test("Its parameters are those of upstream's genesis: five amounts, and the defaults for all else")
    func params() {
        let localnet = Params.localnet
        #expect(localnet.application.minStake == .upokt(100_000_000))
        #expect(localnet.gateway.minStake == .upokt(1_000_000))
        #expect(localnet.supplier.stakingFee == .upokt(1_000_000))
        #expect(localnet.service.addServiceFee == .upokt(1_000_000_000))
        #expect(localnet.proof.proofSubmissionFee == .upokt(1_000_000))
        var expected = Params()
        expected.application.minStake = localnet.application.minStake
        expected.gateway.minStake = localnet.gateway.minStake
        expected.supplier.stakingFee = localnet.supplier.stakingFee
        expected.service.addServiceFee = localnet.service.addServiceFee
        expected.proof.proofSubmissionFee = localnet.proof.proofSubmissionFee
        #expect(localnet == expected)
    }
}
