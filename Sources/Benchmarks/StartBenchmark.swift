import API
import Client
import Foundation
import Registry
import Timing

/// How long the daemon takes from its start to being ready, with many characters.
package struct StartBenchmark: Encodable {
    package let characters: Int
    /// Bytes of the registry's file; nil for one in PostgreSQL.
    package let registryBytes: Int?
    package let starts: Int
    /// The median of the starts. The registry's file was written or read just before, so most of it is in the system's cache.
    package let seconds: Double

    private enum CodingKeys: String, CodingKey {
        case characters, starts, seconds
        case registryBytes = "registry_bytes"
    }

    private static let imageBytes = 512

    /// - Parameter registry: the address of an empty PostgreSQL database; nil for a file.
    /// - Throws: `ClientError` when there is no daemon or it does not start; `RegistryError`; what writing the folder throws.
    package static func run(characters: Int, starts: Int, registry address: String?) async throws -> StartBenchmark {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "aniwho-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // The daemon makes the registry itself, with the model that comes with it.
        _ = try start(in: folder, address)
        let data = folder.appending(path: "data").path
        let registry = try await Registry.open(directory: data, database: address)
        let random = RandomCharacters(
            dimensions: try await registry.activeModel()?.dimensions ?? 0, imageBytes: Self.imageBytes)
        try await registry.enroll(characters: characters, images: random.images)
        await registry.close()
        let times = try (0..<starts).map { _ in try start(in: folder, address) }
        let file = try? FileManager.default.attributesOfItem(atPath: data + "/aniwho.db")
        return StartBenchmark(
            characters: characters, registryBytes: address == nil ? (file?[.size] as? NSNumber)?.intValue : nil,
            starts: starts,
            seconds: times.median)
    }

    /// Starts the daemon, waits until it is ready, and ends it.
    /// - Returns: the seconds until it was ready.
    private static func start(in folder: URL, _ address: String?) throws -> Double {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "aniwhod")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw ClientError(.fileNotFound, "there is no \(program.path); install the daemon beside this program")
        }
        let socket = folder.appending(path: "s").path
        let daemon = Process()
        daemon.executableURL = program
        daemon.arguments = [
            "--socket", socket, "--data", folder.appending(path: "data").path, "--log-level", "error",
        ]
        daemon.environment = ProcessInfo.processInfo.environment.merging(["ANIWHO_REGISTRY": address ?? ""]) { $1 }
        let client = Client(socket: socket)
        let began = ContinuousClock.now
        try daemon.run()
        defer {
            daemon.terminate()
            daemon.waitUntilExit()
        }
        while (try? client.call(CheckReadiness.self)) == nil {
            guard daemon.isRunning else { throw ClientError(.unreachable, "the daemon ended before it was ready") }
            Thread.sleep(forTimeInterval: 0.002)
        }
        return (ContinuousClock.now - began).seconds
    }
}
