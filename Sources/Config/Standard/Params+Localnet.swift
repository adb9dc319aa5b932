public import Shannon

extension Params {
    /// The parameters of upstream's localnet genesis (`config.yml`).
    public static var localnet: Params {
        var params = Params()
        params.application.minStake = .upokt(100_000_000)
        params.gateway.minStake = .upokt(1_000_000)
        params.supplier.minStake = .upokt(1_000_000)
        params.supplier.stakingFee = .upokt(1_000_000)
        params.service.addServiceFee = .upokt(1_000_000_000)
        params.proof.proofSubmissionFee = .upokt(1_000_000)
        return params
    }
}
