public import Keys
public import Shannon

extension Chain {
    /// Builds the session of an application and service at a height; height 0 means the current one.
    ///
    /// From inside a session's first block its start hash is still unknown and counts as empty, as upstream.
    ///
    /// - Throws: the first problem in upstream's order (`x/session/keeper/query_get_session.go`,
    ///   `x/session/keeper/session_hydrator.go`).
    public func session(application address: Address, serviceID: String, height query: Height) throws(ChainError)
        -> Session
    {
        let at = query == 0 ? height : query
        try checkSessionRequest(application: address, serviceID: serviceID, height: at)
        let shared = sharedParams(at: at)
        let (start, end) = (shared.sessionStart(at: at), shared.sessionEnd(at: at))
        let preimage = SessionID.preimage(
            blockHash: blockHash(at: start), serviceID: serviceID, application: address, startHeight: start)
        let application = try activeApplication(address, serviceID: serviceID, height: at, sessionEnd: end)
        let suppliers = sessionSuppliers(serviceID: serviceID, height: at, preimage: preimage)
        guard !suppliers.isEmpty else {
            throw .session(.suppliersNotFound, "expected a supplier of \(serviceID) active at height \(at), found none")
        }
        let header = SessionHeader(
            applicationAddress: address, serviceID: serviceID, sessionID: SessionID.id(ofPreimage: preimage),
            sessionStartBlockHeight: start, sessionEndBlockHeight: end)
        return Session(
            header: header, number: shared.sessionNumber(at: at),
            numBlocksPerSession: Int64(clamping: shared.numBlocksPerSession), application: application,
            suppliers: suppliers)
    }

    /// The suppliers that serve a session, each with only its config for the session's service.
    func sessionSuppliers(serviceID: String, height: Height, preimage: Bytes) -> [SupplierActor] {
        rankings.suppliers(
            from: supplier.serviceIndex[serviceID] ?? [], of: supplier.suppliers, at: height,
            count: sessionParams(at: height).numSuppliersPerSession, preimage: preimage)
    }

    private func checkSessionRequest(
        application address: Address, serviceID: String, height at: Height
    ) throws(ChainError) {
        guard address.isValid else {
            throw .session(.invalidAppAddress, "expected a bech32 application address, found \"\(address)\"")
        }
        guard ServiceID.isValid(serviceID) else {
            throw .shared(
                .invalidServiceId,
                "expected 1 … \(ServiceID.maxLength) letters, digits, _ and -, found \"\(serviceID)\"")
        }
        guard at >= 0 else { throw .session(.invalidBlockHeight, "expected a height of 0 or more, found \(at)") }
        guard at <= height else {
            throw .session(.hydration, "expected a height up to the current one, \(height), found \(at)")
        }
    }

    private func activeApplication(
        _ address: Address, serviceID: String, height at: Height, sessionEnd end: Height
    ) throws(ChainError) -> Application {
        guard let application = application.applications[address] else {
            throw .session(.appNotFound, "expected a staked application at \(address), found none")
        }
        guard application.isActive(at: end) else {
            throw .session(.appNotActive, "expected \(address) to be active at session end \(end), found it leaving")
        }
        let services = application.activeServiceIDs(at: at)
        guard services.contains(serviceID) else {
            throw .session(
                .appNotStakedForService,
                "\(address): expected a stake for \(serviceID) at height \(at), "
                    + "found [\(services.joined(separator: ", "))]")
        }
        return application
    }
}
