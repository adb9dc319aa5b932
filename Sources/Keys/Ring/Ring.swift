/// Who belongs to an application's ring, and in which order (pkg/crypto/rings/client.go, pkg/crypto/rings/ring.go).
public enum Ring {
    private static let placeholderSecret = "placeholder_ring_key_for_apps_without_gateways"

    /// The key that everybody knows, the second member when an application has no gateway.
    public static let placeholderKey = PrivateKey(secret: Bytes(placeholderSecret.utf8))

    /// The public part of the placeholder.
    public static let placeholder = placeholderKey.publicKey

    /// What the placeholder sorts by: its address bytes in upper-case hexadecimal, before any `pokt1…`.
    public static let placeholderSortKey = placeholder.addressBytes.hex.uppercased()

    /// The sorted address texts of a ring: the application and its gateways, or it and the placeholder's sort key.
    public static func sortedAddresses(application: Address, gateways: [Address]) -> [Address] {
        let others = gateways.isEmpty ? [Address(placeholderSortKey)] : gateways
        return ([application] + others).sorted()
    }

    /// The keys of a ring in signing order: the application and its gateways, sorted by address text; without
    /// gateways the placeholder and the application.
    public static func members(application: PublicKey, gateways: [PublicKey]) -> [PublicKey] {
        guard !gateways.isEmpty else { return [placeholder, application] }
        return ([application] + gateways).map { (key: $0, address: $0.address) }
            .sorted { $0.address < $1.address }
            .map(\.key)
    }
}
