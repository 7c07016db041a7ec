// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the Swift 6 language mode with its stricter upcoming rules.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
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
    ],
    targets: [
        system("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
        system("COpenBLASLibrary", pkgConfig: "openblas", debian: "libopenblas-dev"),
        .target(name: "COpenBLAS", dependencies: ["COpenBLASLibrary"]),
        system("CPNG", pkgConfig: "libpng", debian: "libpng-dev"),
        system("CDeflate", pkgConfig: "libdeflate", debian: "libdeflate-dev"),
        system("CTurboJPEG", pkgConfig: "libturbojpeg", debian: "libturbojpeg0-dev"),
        system("CWebP", pkgConfig: "libwebp", debian: "libwebp-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", debian: "libmicrohttpd-dev"),
        system("CCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
        system("CCairo", pkgConfig: "cairo", debian: "libcairo2-dev"),
        system("CCrypto", pkgConfig: "libcrypto", debian: "libssl-dev"),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=fast"])]),
        .target(name: "CPixels", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CProcess"),

        .target(name: "Randomness", swiftSettings: strict),
        .target(name: "Timing", swiftSettings: strict),
        .target(
            name: "Imaging", dependencies: ["Randomness", "CPixels", "CPNG", "CDeflate", "CTurboJPEG", "CWebP"],
            swiftSettings: strictAndMemorySafe),
        .target(
            name: "NeuralNetwork", dependencies: ["Randomness", "CKernels", "COpenBLAS"],
            swiftSettings: strictAndMemorySafe),
        .target(name: "Backbones", dependencies: ["NeuralNetwork", "Randomness"], swiftSettings: strict),
        .target(
            name: "Embedding", dependencies: ["NeuralNetwork", "Backbones", "Imaging", "CCrypto", "COpenBLAS"],
            swiftSettings: strictAndMemorySafe),
        .target(name: "FewShot", dependencies: ["Randomness", "COpenBLAS"], swiftSettings: strictAndMemorySafe),
        .target(
            name: "Training",
            dependencies: ["NeuralNetwork", "Backbones", "Imaging", "Embedding", "FewShot", "Randomness", "Timing"],
            swiftSettings: strictAndMemorySafe),
        .target(name: "Report", dependencies: ["Training"], swiftSettings: strict),
        .target(
            name: "Registry", dependencies: ["API", "Randomness", "CKernels", "CSQLite", "COpenBLAS"],
            swiftSettings: strictAndMemorySafe,
            plugins: ["EmbedMigrations"]),
        .target(name: "API", swiftSettings: strict),
        .target(name: "Client", dependencies: ["API", "CCurl"], swiftSettings: strictAndMemorySafe),
        .target(name: "Options", swiftSettings: strict),
        .target(
            name: "Daemon",
            dependencies: [
                "API", "Options", "Registry", "FewShot", "Embedding", "Imaging", "CMicroHTTPD", "CProcess",
            ],
            swiftSettings: strictAndMemorySafe),
        .target(
            name: "Benchmarks",
            dependencies: [
                "API", "Client", "Registry", "Backbones", "NeuralNetwork", "Randomness", "Timing", "COpenBLAS",
            ],
            swiftSettings: strictAndMemorySafe),
        .target(
            name: "CommandLine",
            dependencies: [
                "API", "Options", "Client", "Registry", "FewShot", "Training", "Report", "Embedding", "Backbones",
                "NeuralNetwork", "Imaging", "Benchmarks", "Timing",
            ],
            swiftSettings: strict),
        .executableTarget(name: "aniwho", dependencies: ["API", "CommandLine"], swiftSettings: strict),
        .executableTarget(name: "aniwhod", dependencies: ["API", "Daemon"], swiftSettings: strict),
        .target(name: "Drawing", dependencies: ["Randomness", "CCairo"], swiftSettings: strictAndMemorySafe),
        .executableTarget(name: "SampleGenerator", dependencies: ["Drawing"], swiftSettings: strict),
        .executableTarget(name: "EmbedText", swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["NeuralNetwork", "Randomness"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(
            name: "FuzzTargets", dependencies: ["API", "Imaging", "NeuralNetwork", "Embedding"],
            path: "Tests/FuzzTargets", swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"], exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(
            name: "ImagingTests", dependencies: ["Imaging", "Randomness"], exclude: ["Goldens"], swiftSettings: strict),
        .testTarget(
            name: "BackbonesTests", dependencies: ["Backbones", "NeuralNetwork", "TestSupport"],
            exclude: ["Goldens"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainingTests", dependencies: ["Backbones", "NeuralNetwork", "TestSupport"], exclude: ["Goldens"],
            swiftSettings: strict),
        .plugin(name: "EmbedMigrations", capability: .buildTool(), dependencies: ["EmbedText"]),
        .testTarget(
            name: "RegistryTests", dependencies: ["Registry", "Randomness"], exclude: ["Schemas"], swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["API", "Client", "Embedding", "Backbones", "NeuralNetwork", "aniwho", "aniwhod"],
            swiftSettings: strict),
        .testTarget(name: "APITests", dependencies: ["API"], swiftSettings: strict),
        .testTarget(name: "HeadsTests", dependencies: ["FewShot", "Randomness"], swiftSettings: strict),
        .testTarget(name: "DrawingTests", dependencies: ["Drawing"], swiftSettings: strict),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: ["NeuralNetwork", "CKernels", "COpenBLAS", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "BenchmarksTests", dependencies: ["Benchmarks", "Timing"], swiftSettings: strict),
        .testTarget(
            name: "EmbeddingTests", dependencies: ["Embedding", "Backbones", "NeuralNetwork", "Imaging", "Randomness"],
            swiftSettings: strict),
        .testTarget(name: "FewShotTests", dependencies: ["FewShot", "Randomness"], swiftSettings: strict),
        .testTarget(
            name: "TrainingRunTests",
            dependencies: [
                "Training", "Drawing", "Backbones", "NeuralNetwork", "Imaging", "Embedding", "FewShot", "Randomness",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReportTests", dependencies: ["Report", "Training", "Embedding", "Imaging"], swiftSettings: strict),
        .testTarget(name: "OptionsTests", dependencies: ["Options"], swiftSettings: strict),
        .testTarget(name: "CommandLineTests", dependencies: ["API", "CommandLine", "Options"], swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "API", "Registry", "FewShot", "Randomness", "Embedding", "Backbones", "NeuralNetwork",
                "Imaging",
            ],
            swiftSettings: strict),
    ]
)

// Linked with libFuzzer, which `scripts/fuzz` finds: this is built only there.
if let library = Context.environment["ANIWHO_LIBFUZZER"] {
    package.targets.append(
        .executableTarget(
            name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer", swiftSettings: strict,
            linkerSettings: [.unsafeFlags([library]), .linkedLibrary("stdc++")]))
}
