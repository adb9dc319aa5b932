extension SupplierEndpoint {
    /// Whether a text is an `http`, `https`, `ws` or `wss` URL with a host (`x/shared/types/service.go`).
    public static func isValidURL(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https", "ws", "wss"].contains(parts[0].lowercased()),
            parts[1].hasPrefix("//"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else { return false }
        let authority = parts[1].dropFirst(2).prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return !host.isEmpty && !host.hasPrefix(":")
    }
}
