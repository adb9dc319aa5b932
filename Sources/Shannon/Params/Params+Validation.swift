extension Params {
    /// Refuses the first module's parameters that upstream would refuse.
    public func validate() throws(ChainError) {
        try shared.validate()
        try session.validate()
        try application.validate()
        try gateway.validate()
        try supplier.validate()
        try service.validate()
        try proof.validate()
        try tokenomics.validate()
    }
}
