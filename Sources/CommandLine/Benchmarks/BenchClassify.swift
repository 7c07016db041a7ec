import API
import Backbones
import Client
import Embedding
import Foundation
import Imaging
import Options

enum BenchClassify: Command {
    static let declaration = Declaration(
        name: "aniwho bench classify",
        summary: "measure a question over the socket, beside bare decoding and embedding",
        discussion:
            "Asks the daemon about one picture again and again, after decoding and embedding it as often in this process.",
        operands: [Operand("IMAGE", help: "a picture")],
        options: [Option("requests", "N", help: "how often (default: 200)"), .json, .socket])

    private struct Report: Encodable {
        let requests: Int
        /// Medians.
        let socketMilliseconds: Double
        let bareMilliseconds: Double
        let ratio: Double
        let residentBytes: Int
    }

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let count = try arguments.integer("requests", in: 1...100_000) ?? 200
        let path = arguments.operand("IMAGE") ?? ""
        let bytes = try ImagePaths.bytes(path)
        guard let format = ImageFormat.detect([UInt8](bytes)) else {
            throw Failure(.badInput, "\(path): not a PNG, JPEG or WebP picture")
        }
        // One picture travels as the raw body, as a program would send it.
        let part = FilePart(name: nil, mediaType: format.mediaType, bytes: bytes)
        let client = arguments.client
        let status = try client.call(GetStatus.self)
        guard let active = status.model else { throw Failure(.unreachable, "the daemon has no model yet") }
        let file = try client.call(FetchModel.self, NamedRequest(name: active.name))
        let model = try Model(file.bytes, architecture: active.architecture)
        let embedder = try Embedder(model: model, threads: ProcessInfo.processInfo.activeProcessorCount)
        var (socket, bare): ([Double], [Double]) = ([], [])
        // In turns of some questions each: the machine's moods meet both alike, and the threads of two networks do not take
        // each other's cores.
        while socket.count < count {
            let turn = min(20, count - socket.count)
            for _ in 0..<turn {
                bare.append(
                    try milliseconds {
                        _ = embedder.embed([model.transform.apply(try Image.decode([UInt8](part.bytes)).image)])
                    })
            }
            for _ in 0..<turn {
                socket.append(
                    try milliseconds { _ = try client.call(ClassifyImages.self, .init(top: nil, files: [part])) })
            }
        }
        let report = Report(
            requests: count, socketMilliseconds: socket.median, bareMilliseconds: bare.median,
            ratio: socket.median / bare.median, residentBytes: status.residentBytes)
        if arguments.flag("json") { return try console.print(json: report) }
        console.print(
            """
            over the socket  \(Show.decimal(report.socketMilliseconds, 2)) ms (median of \(count))
            bare             \(Show.decimal(report.bareMilliseconds, 2)) ms
            ratio            \(Show.decimal(report.ratio, 2))
            daemon's memory  \(Show.bytes(report.residentBytes))
            """)
    }

    private static func milliseconds(_ work: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(work)
        return duration.seconds * 1e3
    }
}
