import API
import Backbones
import Client
import Embedding
import FewShot
import Foundation
import Imaging
import Options

extension Operand {
    static let architecture = Operand(
        "ARCHITECTURE", help: "one of \(Catalogue.all.map(\.name).joined(separator: ", "))")
}

extension Option {
    static let threads = Option("threads", "N", help: "threads to compute with (default: one for each core)")
}

/// A model in this process, for commands that need no daemon.
struct LocalModel {
    let model: Model

    static let options = [
        Option(
            "model", "NAME",
            help:
                "a model that comes with AniWho, a model file, or a model of the daemon (default: \(ModelFiles.defaultName))"
        ),
        Option("weights", "FILE", help: "a safetensors file instead: a model, a checkpoint, or plain weights"),
        Option("architecture", "A", help: "what the weights are for, where the file does not say"),
        .threads,
    ]

    /// The model that the options name.
    /// - Parameter inputSize: the side of the network's input in pixels; nil for the model's own.
    init(_ arguments: Arguments, inputSize: Int? = nil) throws {
        if let weights = arguments["weights"] {
            guard arguments["model"] == nil else { throw arguments.misuse("give --model or --weights, not both") }
            model = try Self.read(weights, architecture: arguments["architecture"], inputSize: inputSize)
            return
        }
        guard arguments["architecture"] == nil else { throw arguments.misuse("--architecture goes with --weights") }
        let name = arguments["model"] ?? ModelFiles.defaultName
        if let file = Self.file(name) {
            model = try Self.read(file, inputSize: inputSize)
        } else {
            let client = arguments.client
            let info = try client.call(ShowModel.self, NamedRequest(name: name))
            let file = try client.call(FetchModel.self, NamedRequest(name: name))
            model = try Model(file.bytes, architecture: info.architecture, inputSize: inputSize)
        }
    }

    /// The file of a model that comes with AniWho, or the one at a path; nil where there is neither.
    static func file(_ name: String) -> String? {
        ModelFiles.shipped(name) ?? (FileManager.default.fileExists(atPath: name) ? name : nil)
    }

    /// - Throws: `Failure` that names the file.
    static func read(_ path: String, architecture: String? = nil, inputSize: Int? = nil) throws -> Model {
        let bytes = try PictureInput(file: path).bytes()
        do throws(ModelError) { return try Model(bytes, architecture: architecture, inputSize: inputSize) } catch {
            throw Failure(.badModel, "\(path): \(error.message)")
        }
    }

    static func threads(_ arguments: Arguments) throws -> Int {
        try arguments.integer("threads", in: 1...256) ?? ProcessInfo.processInfo.activeProcessorCount
    }
}

/// Decodes pictures for a network: the next ones while the network computes.
struct PictureReader {
    let transform: EvaluationTransform

    private static let chunk = 64

    /// Calls `work` with prepared pictures, in order, some at a time.
    /// - Throws: ``Failure`` that names every bad picture; `work` gets no picture after the first bad one.
    func read(_ pictures: [PictureInput], _ progress: ProgressBar, _ work: ([Image]) -> Void) async throws {
        var failures: [Failure] = []
        var next = Task { await prepare(Array(pictures.prefix(Self.chunk))) }
        for start in stride(from: 0, to: pictures.count, by: Self.chunk) {
            let results = await next.value
            let following = Array(pictures.dropFirst(start + Self.chunk).prefix(Self.chunk))
            next = Task { await prepare(following) }
            var images: [Image] = []
            for result in results {
                switch result {
                case .success(let image): images.append(image)
                case .failure(let failure): failures.append(failure)
                }
            }
            if failures.isEmpty { work(images) }
            progress.update(start + results.count)
        }
        guard failures.isEmpty else { throw Failure(failures, of: pictures.count, "pictures", "are bad") }
    }

    private func prepare(_ pictures: [PictureInput]) async -> [Result<Image, Failure>] {
        await withTaskGroup(of: (Int, Result<Image, Failure>).self) { group in
            for (index, picture) in pictures.enumerated() {
                group.addTask {
                    do throws(Failure) { return (index, .success(transform.apply(try picture.image()))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var images: [(Int, Result<Image, Failure>)] = []
            for await image in group { images.append(image) }
            return images.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
