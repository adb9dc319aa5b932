// swift-tools-version: 6.2
import PackageDescription

/// A package of its own, so that nobody who builds localnet builds benchmarks.
let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "localnet", path: ".."),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "InferenceBenchmark", dependencies: [.product(name: "Inference", package: "localnet")]),
        .executableTarget(
            name: "ChainBenchmark",
            dependencies: [
                .product(name: "Keys", package: "localnet"), .product(name: "World", package: "localnet"),
            ]),
        .executableTarget(name: "FuzzBenchmark", dependencies: [.product(name: "Fuzz", package: "localnet")]),
        .executableTarget(
            name: "HTTPBenchmark",
            dependencies: [
                .product(name: "World", package: "localnet"), .product(name: "Live", package: "localnet"),
                .product(name: "Console", package: "localnet"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .executableTarget(name: "LoopBenchmark", dependencies: [.product(name: "World", package: "localnet")]),
        .executableTarget(name: "RingBenchmark", dependencies: [.product(name: "Keys", package: "localnet")]),
        .executableTarget(name: "SMSTBenchmark", dependencies: [.product(name: "SMST", package: "localnet")]),
    ]
)
