import Keys
public import Shannon

extension SupplierServiceConfig {
    /// Refuses configs that a supplier cannot stake for: none, a service twice, endpoints or shares that are no good
    /// (`x/shared/types/service_configs.go`).
    public static func validate(_ configs: [SupplierServiceConfig]) throws(ChainError) {
        guard !configs.isEmpty else { throw .invalidConfig("expected at least one service config, found none") }
        var seen: [String] = []
        for config in configs {
            guard !seen.contains(config.serviceID) else {
                throw .invalidConfig("expected service \(config.serviceID) once, found it twice")
            }
            seen.append(config.serviceID)
            try config.validate()
        }
    }

    private func validate() throws(ChainError) {
        guard ServiceID.isValid(serviceID) else {
            throw .invalidConfig("expected a valid service id, found \"\(serviceID)\"")
        }
        guard !endpoints.isEmpty else { throw .invalidConfig("\(serviceID): expected an endpoint, found none") }
        for endpoint in endpoints {
            guard endpoint.rpcType != .unknown else {
                throw .invalidConfig("\(serviceID): expected a known RPC type of \(endpoint.url), found none")
            }
            guard SupplierEndpoint.isValidURL(endpoint.url) else {
                throw .invalidConfig(
                    "\(serviceID): expected an http, https, ws or wss URL with a host, found \"\(endpoint.url)\"")
            }
        }
        try validateRevenueShares()
    }

    private func validateRevenueShares() throws(ChainError) {
        guard !revenueShares.isEmpty else {
            throw .invalidConfig("\(serviceID): expected a revenue share, found none")
        }
        var seen: [Address] = []
        var sum: UInt64 = 0
        for share in revenueShares {
            guard share.address.isValid, !seen.contains(share.address) else {
                throw .invalidConfig(
                    "\(serviceID): expected each shareholder's bech32 address once, found \"\(share.address)\"")
            }
            guard (1...100).contains(share.percentage) else {
                throw .invalidConfig("\(serviceID): expected shares of 1 … 100 percent, found \(share.percentage)")
            }
            seen.append(share.address)
            sum = min(sum, 1000) + share.percentage
        }
        guard sum == 100 else {
            throw .invalidConfig("\(serviceID): expected shares that add up to 100 percent, found \(sum)")
        }
    }
}

extension ChainError {
    fileprivate static func invalidConfig(_ message: String) -> ChainError {
        .supplier(.invalidServiceConfig, message)
    }
}
