import API
import Client
import Embedding
import FewShot
import Foundation
import Imaging
import Options

/// A model in this process, for commands that need no daemon.
struct LocalModel {
    let model: Model

    static let options = [
        Option(
            "model", "NAME",
            help:
                "a model that comes with AniWho, a model file, or a model of the daemon (default: \(ModelFiles.defaultName))"
        ),
        Option("weights", "FILE", help: "a safetensors file instead: a model, or plain weights"),
        Option("architecture", "A", help: "what the weights are for, where the file does not say"),
        Option("threads", "N", help: "threads of the network (default: one for each core)"),
    ]

    /// The model that the options name.
    init(_ arguments: Arguments) throws {
        if let weights = arguments["weights"] {
            guard arguments["model"] == nil else { throw arguments.misuse("give --model or --weights, not both") }
            model = try Self.read(weights, architecture: arguments["architecture"])
            return
        }
        guard arguments["architecture"] == nil else { throw arguments.misuse("--architecture goes with --weights") }
        let name = arguments["model"] ?? ModelFiles.defaultName
        if let file = Self.file(name) {
            model = try Self.read(file)
        } else {
            let client = arguments.client
            let info = try client.call(ShowModel.self, NamedRequest(name: name))
            let file = try client.call(FetchModel.self, NamedRequest(name: name))
            model = try Model(file.bytes, architecture: info.architecture)
        }
    }

    /// The file of a model that comes with AniWho, or the one at a path; nil where there is neither.
    static func file(_ name: String) -> String? {
        ModelFiles.shipped(name) ?? (FileManager.default.fileExists(atPath: name) ? name : nil)
    }

    /// - Throws: `Failure` that names the file.
    static func read(_ path: String, architecture: String? = nil) throws -> Model {
        let bytes = try ImagePaths.bytes(path)
        do throws(ModelError) { return try Model(bytes, architecture: architecture) } catch {
            throw Failure(.badInput, "\(path): \(error.message)")
        }
    }

    static func threads(_ arguments: Arguments) throws -> Int {
        try arguments.integer("threads", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
    }
}

/// Pictures on disk through a network: the next ones are decoded while these are computed.
struct PictureReader {
    let transform: EvaluationTransform

    private static let chunk = 64

    /// Calls `work` with prepared pictures, in order, some at a time.
    /// - Throws: `Failure` that names the first file that is bad.
    func read(_ paths: [String], _ progress: ProgressBar, _ work: ([Image]) -> Void) async throws {
        var next = Task { try await prepare(Array(paths.prefix(Self.chunk))) }
        for start in stride(from: 0, to: paths.count, by: Self.chunk) {
            let images = try await next.value
            let following = Array(paths.dropFirst(start + Self.chunk).prefix(Self.chunk))
            next = Task { try await prepare(following) }
            work(images)
            progress.update(start + images.count)
        }
    }

    private func prepare(_ paths: [String]) async throws -> [Image] {
        try await withThrowingTaskGroup(of: (Int, Image).self) { group in
            for (index, path) in paths.enumerated() {
                group.addTask { (index, transform.apply(try ImagePaths.picture(path))) }
            }
            var images: [(Int, Image)] = []
            for try await image in group { images.append(image) }
            return images.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
