// swift-tools-version: 6.2
import PackageDescription

/// A package of its own that tests against a whole network: the example of docs/testing.md.
let package = Package(
    name: "EndToEnd",
    dependencies: [.package(name: "localnet", path: "../..")],
    targets: [
        .executableTarget(
            name: "EndToEnd",
            dependencies: [
                .product(name: "Scenario", package: "localnet"), .product(name: "World", package: "localnet"),
            ],
            path: "Sources")
    ]
)
