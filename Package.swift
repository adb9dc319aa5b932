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
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")

let package = Package(
    name: "localnet",
    products: [
        .executable(name: "localnet", targets: ["localnet"]),
        .library(name: "Inference", targets: ["Inference"]),
        .library(name: "Console", targets: ["Console"]),
        .library(name: "Live", targets: ["Live"]),
        .library(name: "World", targets: ["World"]),
        .library(name: "Fuzz", targets: ["Fuzz"]),
        .library(name: "Scenario", targets: ["Scenario"]),
        .library(name: "SMST", targets: ["SMST"]),
        .library(name: "Keys", targets: ["Keys"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
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
            exclude: ["Wire/Protos"], swiftSettings: optimized),
        .target(name: "Onchain", dependencies: ["Shannon", "SMST", "Keys", bigInt], swiftSettings: swift),
        .target(name: "Offchain", dependencies: ["Shannon", "SMST", "Keys"], swiftSettings: swift),
        .target(
            name: "World", dependencies: ["Onchain", "Offchain", "Shannon", "SMST", "Keys"], swiftSettings: swift),

        .target(
            name: "Fuzz", dependencies: ["Config", "World", "Onchain", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),

        // The model: knows nothing of POKT. Serving joins it to the suppliers.
        .target(
            name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]),
        .target(name: "Inference", dependencies: ["COpenBLAS", "CKernels"], swiftSettings: optimized),
        .target(
            name: "Serving", dependencies: ["Inference", "Offchain", "Shannon", "Keys"], swiftSettings: swift),

        // What a user meets.
        .target(name: "CDocuments"),
        .target(
            name: "Config",
            dependencies: [
                "CDocuments", "World", "Offchain", "Shannon", "Keys", .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: swift),
        .target(
            name: "Settings", dependencies: ["Config", "World", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),
        .target(
            name: "Narration", dependencies: ["World", "Onchain", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),
        .target(
            name: "Scenario",
            dependencies: ["Config", "Narration", "World", "Onchain", "Offchain", "Shannon", "SMST", "Keys"],
            swiftSettings: swift),
        .target(
            name: "Live",
            dependencies: [
                "World", "Onchain", "Offchain", "Shannon", "Keys", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: swift),
        .target(
            name: "Console",
            dependencies: [
                "Live", "World", "Offchain", "Shannon", "Keys",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"), nioCore, nioPosix, nioHTTP1,
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),
        .executableTarget(
            name: "localnet",
            dependencies: [
                "CDocuments", "Config", "Console", "Fuzz", "Inference", "Keys", "Live", "Narration", "Offchain",
                "Onchain", "Scenario", "Serving", "Settings", "Shannon", "World",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swift),

        // Tests, beside each target.
        .target(name: "VectorSupport", path: "Tests/VectorSupport", swiftSettings: swift),
        .testTarget(name: "KeysTests", dependencies: ["Keys", "VectorSupport"], swiftSettings: swift),
        .testTarget(name: "SMSTTests", dependencies: ["SMST", "VectorSupport"], swiftSettings: swift),
        .testTarget(
            name: "ShannonTests", dependencies: ["Shannon", "Keys", "SMST", "VectorSupport", bigInt],
            swiftSettings: swift),
        .testTarget(
            name: "OnchainTests", dependencies: ["Onchain", "Shannon", "Keys", "SMST", "VectorSupport", bigInt],
            swiftSettings: swift),
        .testTarget(name: "OffchainTests", dependencies: ["Offchain", "Shannon", "Keys"], swiftSettings: swift),
        .testTarget(
            name: "WorldTests",
            dependencies: ["World", "Onchain", "Offchain", "Shannon", "SMST", "Keys", "VectorSupport"],
            swiftSettings: swift),
        .testTarget(
            name: "FuzzTests",
            dependencies: ["Fuzz", "Scenario", "Config", "World", "Onchain", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),
        .testTarget(
            name: "InferenceTests", dependencies: ["Inference", "CKernels", "VectorSupport"], swiftSettings: swift),
        .testTarget(
            name: "ServingTests", dependencies: ["Serving", "Inference", "Offchain", "Shannon"], swiftSettings: swift),
        .testTarget(
            name: "SettingsTests", dependencies: ["Settings", "Config", "World", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),
        .testTarget(
            name: "NarrationTests",
            dependencies: ["Narration", "Config", "World", "Onchain", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),
        .testTarget(
            name: "ScenarioTests",
            dependencies: ["Scenario", "Config", "Narration", "World", "Onchain", "Offchain", "Shannon", "Keys"],
            swiftSettings: swift),
        .testTarget(
            name: "LiveTests",
            dependencies: [
                "Live", "World", "Onchain", "Offchain", "Shannon", "SMST", "Keys",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: swift),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "Live", "World", "Offchain", "Shannon", "Keys", "SMST", nioCore, nioPosix,
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ],
            swiftSettings: swift),
    ],
    cLanguageStandard: .c2x
)
