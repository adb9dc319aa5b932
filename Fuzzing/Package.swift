// swift-tools-version: 6.2
import PackageDescription

/// A package of its own: it is built with the fuzzer's instrumentation, and by links to the sources, so that it needs
/// no dependency. `scripts/fuzz-gguf.sh` builds and runs it.
let package = Package(
    name: "Fuzzing",
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas"),
        .target(
            name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"])]),
        .target(
            name: "Inference", dependencies: ["COpenBLAS", "CKernels"],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"), .unsafeFlags(["-O"]),
            ]),
        .executableTarget(
            name: "GGUFFuzzer", dependencies: ["Inference"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ],
    cLanguageStandard: .c2x
)
