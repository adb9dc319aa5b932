// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: strict about existentials and about what a file imports.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Settings of the code that is hopeless without an optimizer, also in a debug build.
let optimized = swift + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")

let package = Package(
    name: "localnet",
    products: [
        .executable(name: "localnet", targets: ["localnet"]),
        .library(name: "World", targets: ["World"]),
        .library(name: "SMST", targets: ["SMST"]),
        .library(name: "Keys", targets: ["Keys"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
        .package(url: "https://github.com/attaswift/BigInt.git", from: "6.0.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/LebJe/TOMLKit.git", from: "0.6.0"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "Csecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),

        // The network as a value: no socket, no clock, no OpenBLAS.
        .target(name: "Keys", dependencies: ["Csecp256k1", "COpenSSL"], swiftSettings: optimized),
        .target(name: "SMST", dependencies: ["COpenSSL"], swiftSettings: optimized),
        .target(
            name: "Shannon",
            dependencies: ["Keys", bigInt, .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            exclude: ["Wire/Protos"], swiftSettings: swift),
        .target(name: "Onchain", dependencies: ["Shannon", "SMST", "Keys", bigInt], swiftSettings: swift),
        .target(name: "Offchain", dependencies: ["Shannon", "SMST", "Keys"], swiftSettings: swift),
        .target(
            name: "World", dependencies: ["Onchain", "Offchain", "Shannon", "SMST", "Keys"], swiftSettings: swift),

        // Tests, beside each target.
        .target(name: "VectorSupport", path: "Tests/VectorSupport", swiftSettings: swift),
        .testTarget(name: "KeysTests", dependencies: ["Keys", "VectorSupport"], swiftSettings: swift),
        .testTarget(name: "SMSTTests", dependencies: ["SMST", "VectorSupport"], swiftSettings: swift),
        .testTarget(
            name: "ShannonTests", dependencies: ["Shannon", "Keys", "SMST", "VectorSupport", bigInt],
            swiftSettings: swift),
        .testTarget(name: "OffchainTests", dependencies: ["Offchain", "Shannon", "Keys"], swiftSettings: swift),
        .testTarget(
            name: "WorldTests", dependencies: ["World", "Onchain", "Offchain", "Shannon", "SMST", "Keys"],
            swiftSettings: swift),
    ],
    cLanguageStandard: .c2x
)
