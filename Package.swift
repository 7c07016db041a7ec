// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Warnings are errors to the compilers that this code was built with, so that a newer one's warnings stop no build.
// Deprecations stay warnings: they depend on the installed versions of the C libraries.
#if compiler(>=6.3) && compiler(<6.4)
    let warnings: [SwiftSetting] = [
        .treatAllWarnings(as: .error), .treatWarning("DeprecatedDeclaration", as: .warning),
    ]
    let warningsInC: [CSetting] = [
        .treatAllWarnings(as: .error), .treatWarning("deprecated-declarations", as: .warning),
    ]
#else
    let warnings: [SwiftSetting] = []
    let warningsInC: [CSetting] = []
#endif

/// Settings of every Swift target: the Swift 6 language mode with its stricter upcoming rules. Tests read internal declarations in
/// release builds too, and this flag is here so that programs and tests share one build; see `test` in the Makefile.
let strict: [SwiftSetting] =
    warnings + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
    ]

/// Targets that call C or hold buffers say so at every use.
let strictAndMemorySafe = strict + [.strictMemorySafety()]

func system(_ name: String, pkgConfig: String, debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

let package = Package(
    name: "AniWho",
    products: [
        .executable(name: "aniwho", targets: ["aniwho"]),
        .executable(name: "aniwhod", targets: ["aniwhod"]),
        .executable(name: "aniwho-decode", targets: ["Decoder"]),
    ],
    targets: [
        system("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
        system("CPostgreSQL", pkgConfig: "libpq", debian: "libpq-dev"),
        system("COpenBLASLibrary", pkgConfig: "openblas", debian: "libopenblas-dev"),
        .target(name: "COpenBLAS", dependencies: ["COpenBLASLibrary"]),
        system("CPNG", pkgConfig: "libpng", debian: "libpng-dev"),
        system("CDeflate", pkgConfig: "libdeflate", debian: "libdeflate-dev"),
        system("CJPEGLibrary", pkgConfig: "libjpeg", debian: "libjpeg-dev"),
        .target(name: "CJPEG", dependencies: ["CJPEGLibrary"], cSettings: warningsInC),
        system("CWebP", pkgConfig: "libwebp", debian: "libwebp-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", debian: "libmicrohttpd-dev"),
        system("CCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
        system("CExpat", pkgConfig: "expat", debian: "libexpat1-dev"),
        system("CCairo", pkgConfig: "cairo", debian: "libcairo2-dev"),
        system("CCrypto", pkgConfig: "libcrypto", debian: "libssl-dev"),
        .target(name: "CKernels", cSettings: warningsInC + [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),
        .target(name: "CPixels", cSettings: warningsInC + [.unsafeFlags(["-O3"])]),
        .target(name: "CProcess", cSettings: warningsInC),
        .target(name: "CDecoders", dependencies: ["CPNG", "CDeflate", "CWebP"], cSettings: warningsInC),
        .executableTarget(name: "Decoder", dependencies: ["CDecoders"], cSettings: warningsInC),

        .target(name: "Platform", dependencies: ["CProcess"], swiftSettings: strictAndMemorySafe),
        .target(name: "Randomness", swiftSettings: strict),
        .target(name: "Timing", swiftSettings: strict),
        .target(name: "Geometry", swiftSettings: strict),
        .target(name: "Statistics", swiftSettings: strict),
        .target(name: "LinearAlgebra", dependencies: ["COpenBLAS"], swiftSettings: strictAndMemorySafe),
        .target(
            name: "Imaging",
            dependencies: ["Platform", "Randomness", "CPixels", "CPNG", "CDeflate", "CJPEG", "CWebP"],
            swiftSettings: strictAndMemorySafe),
        .target(
            name: "NeuralNetwork", dependencies: ["Platform", "Randomness", "LinearAlgebra", "CKernels", "COpenBLAS"],
            swiftSettings: strictAndMemorySafe),
        .target(name: "Backbones", dependencies: ["NeuralNetwork", "Randomness"], swiftSettings: strict),
        .target(
            name: "Embedding",
            dependencies: [
                "NeuralNetwork", "Backbones", "Imaging", "Geometry", "LinearAlgebra", "Statistics", "CCrypto",
                "COpenBLAS",
            ],
            swiftSettings: strictAndMemorySafe),
        .target(
            name: "Detection",
            dependencies: [
                "NeuralNetwork", "Backbones", "Embedding", "Imaging", "Geometry", "Platform", "Randomness",
                "Statistics",
            ],
            swiftSettings: strict),
        .target(
            name: "Video", dependencies: ["Geometry", "Imaging", "Platform"], swiftSettings: strict),
        .target(
            name: "FewShot",
            dependencies: ["Imaging", "Platform", "Randomness", "Statistics", "LinearAlgebra", "COpenBLAS"],
            swiftSettings: strictAndMemorySafe),
        .target(name: "Charts", swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: [
                "NeuralNetwork", "Backbones", "Imaging", "Embedding", "Detection", "FewShot", "Charts",
                "LinearAlgebra", "Platform", "Randomness", "Timing", "Statistics",
            ],
            swiftSettings: strictAndMemorySafe),
        .target(name: "Report", dependencies: ["Training", "Statistics", "Charts"], swiftSettings: strict),
        .target(
            name: "Registry",
            dependencies: [
                "API", "Geometry", "Platform", "Randomness", "Statistics", "CKernels", "CSQLite", "CPostgreSQL",
                "COpenBLAS",
            ],
            swiftSettings: strictAndMemorySafe,
            plugins: ["EmbedFolder"]),
        .target(name: "API", dependencies: ["Geometry", "Statistics"], swiftSettings: strict),
        .target(name: "Client", dependencies: ["API", "CCurl"], swiftSettings: strictAndMemorySafe),
        .target(name: "Options", swiftSettings: strict),
        .target(name: "Sidecars", dependencies: ["CExpat", "Geometry"], swiftSettings: strictAndMemorySafe),
        .target(
            name: "Daemon",
            dependencies: [
                "API", "Options", "Registry", "FewShot", "Embedding", "Detection", "Video", "Imaging", "Geometry",
                "LinearAlgebra", "CMicroHTTPD", "CCurl", "CProcess", "Platform", "Statistics", "Timing",
            ],
            swiftSettings: strictAndMemorySafe,
            plugins: ["EmbedFolder"]),
        .target(
            name: "Benchmarks",
            dependencies: [
                "API", "Client", "Registry", "Backbones", "Detection", "Imaging", "NeuralNetwork", "Randomness",
                "Timing", "COpenBLAS",
            ],
            swiftSettings: strictAndMemorySafe),
        .target(
            name: "CommandLine",
            dependencies: [
                "API", "Options", "Client", "Registry", "FewShot", "Training", "Report", "Embedding", "Detection",
                "Backbones", "NeuralNetwork", "Imaging", "Geometry", "Video", "Benchmarks", "Platform", "Sidecars",
                "Timing", "Statistics",
            ],
            swiftSettings: strict),
        .executableTarget(name: "aniwho", dependencies: ["API", "CommandLine", "Platform"], swiftSettings: strict),
        .executableTarget(name: "aniwhod", dependencies: ["API", "Daemon", "Platform"], swiftSettings: strict),
        .target(
            name: "Drawing", dependencies: ["Platform", "Randomness", "CCairo"], swiftSettings: strictAndMemorySafe),
        .executableTarget(name: "SampleGenerator", dependencies: ["Drawing"], swiftSettings: strict),
        .executableTarget(name: "EmbedText", swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["NeuralNetwork", "Randomness"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(
            name: "RankSupport", dependencies: ["Training", "Backbones", "NeuralNetwork"], path: "Tests/RankSupport",
            swiftSettings: strict),
        .target(
            name: "FuzzTargets", dependencies: ["API", "Daemon", "Imaging", "NeuralNetwork", "Embedding", "CDecoders"],
            path: "Tests/FuzzTargets", swiftSettings: strict),
        .executableTarget(
            name: "DecoderProbe", dependencies: ["CDecoders"], path: "Tests/DecoderProbe", cSettings: warningsInC),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"], exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "Randomness", "Decoder", "DecoderProbe"],
            exclude: ["Goldens", "Pictures"], swiftSettings: strict),
        .testTarget(
            name: "BackbonesTests", dependencies: ["Backbones", "NeuralNetwork", "TestSupport"],
            exclude: ["Goldens"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainingTests", dependencies: ["Backbones", "NeuralNetwork", "COpenBLAS", "TestSupport"],
            exclude: ["Goldens"],
            swiftSettings: strict),
        .plugin(name: "EmbedFolder", capability: .buildTool(), dependencies: ["EmbedText"]),
        .testTarget(
            name: "RegistryTests",
            dependencies: ["Registry", "API", "Geometry", "Randomness", "Statistics", "TestSupport"],
            exclude: ["Schemas"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "API", "Statistics", "Client", "Embedding", "Detection", "Geometry", "Imaging", "Backbones",
                "NeuralNetwork", "TestSupport", "aniwho", "aniwhod",
            ],
            swiftSettings: strict),
        .testTarget(name: "APITests", dependencies: ["API"], swiftSettings: strict),
        .target(
            name: "PlainMath", dependencies: ["Randomness"], path: "Tests/PlainMath", swiftSettings: strict),
        .testTarget(
            name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "PlainMath"], swiftSettings: strict),
        .testTarget(name: "DrawingTests", dependencies: ["Drawing"], swiftSettings: strict),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: ["NeuralNetwork", "CKernels", "COpenBLAS", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "BenchmarksTests", dependencies: ["Benchmarks", "Backbones", "Detection", "Timing"],
            swiftSettings: strict),
        .testTarget(
            name: "EmbeddingTests",
            dependencies: [
                "Embedding", "Backbones", "NeuralNetwork", "Imaging", "PlainMath", "Statistics", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DetectionTests",
            dependencies: [
                "Detection", "Backbones", "Embedding", "Geometry", "Imaging", "NeuralNetwork", "Statistics",
            ],
            swiftSettings: strict),
        .testTarget(name: "VideoTests", dependencies: ["Video", "Geometry", "Imaging"], swiftSettings: strict),
        .testTarget(
            name: "FewShotTests", dependencies: ["FewShot", "LinearAlgebra", "PlainMath", "Randomness", "Statistics"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainingRunTests",
            dependencies: [
                "Training", "RankSupport", "Drawing", "Backbones", "NeuralNetwork", "Imaging", "Embedding",
                "Detection", "FewShot", "Randomness", "Statistics",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReportTests",
            dependencies: ["Report", "Training", "Charts", "Embedding", "Imaging", "Statistics"],
            swiftSettings: strict),
        .testTarget(name: "SidecarsTests", dependencies: ["Sidecars", "Geometry"], swiftSettings: strict),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics"], swiftSettings: strict),
        .testTarget(name: "OptionsTests", dependencies: ["Options"], swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["API", "CommandLine", "Imaging", "Options", "Platform", "Training"],
            swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "API", "Registry", "FewShot", "Randomness", "Embedding", "Backbones", "NeuralNetwork",
                "Geometry", "Imaging", "Platform", "Statistics", "TestSupport",
            ],
            swiftSettings: strict),
    ]
)

/// Whether libopenmpi-dev is installed. SwiftPM keeps what this file has evaluated to, so the Makefile tells it not to.
let hasOpenMPI: Bool = {
    let machine = ["x86_64", "aarch64"].map { "/usr/lib/\($0)-linux-gnu/pkgconfig" }
    let named = (Context.environment["PKG_CONFIG_PATH"] ?? "").split(separator: ":").map(String.init)
    let folders = named + machine + ["/usr/lib/pkgconfig", "/usr/local/lib/pkgconfig"]
    return folders.contains { FileManager.default.fileExists(atPath: "\($0)/ompi-c.pc") }
}()

// `aniwho-mpi` trains on several machines. It is a program of its own, so that no other one links MPI.
if hasOpenMPI {
    package.products.append(.executable(name: "aniwho-mpi", targets: ["RankProgram"]))
    package.targets += [
        system("CMPI", pkgConfig: "ompi-c", debian: "libopenmpi-dev"),
        .target(name: "OpenMPI", dependencies: ["Training", "CMPI"], swiftSettings: strictAndMemorySafe),
        .executableTarget(
            name: "RankProgram", dependencies: ["API", "OpenMPI", "CommandLine", "Platform"], swiftSettings: strict),
        .testTarget(
            name: "MPITests",
            dependencies: ["API", "NeuralNetwork", "Training", "RankSupport", "RankProgram", "aniwho", "aniwhod"],
            swiftSettings: strict),
    ]
}

// Linked with libFuzzer, which `scripts/fuzz` finds: this is built only there.
if let library = Context.environment["ANIWHO_LIBFUZZER"] {
    package.targets.append(
        .executableTarget(
            name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer", swiftSettings: strict,
            linkerSettings: [.unsafeFlags([library]), .linkedLibrary("stdc++")]))
}
