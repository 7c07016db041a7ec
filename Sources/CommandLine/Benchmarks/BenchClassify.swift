import API
import Client
import Embedding
import Foundation
import Imaging
import Options
import Timing

enum BenchClassify: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho bench classify",
        summary: "measure a question over the socket, beside bare decoding and embedding",
        discussion:
            "Asks the daemon about one picture again and again, after decoding and embedding it as often in this process.",
        operands: [.image],
        options: [Option("requests", "N", help: "how often (default: 200)")])

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
        let part = try arguments.picture().rawPart()
        let client = arguments.client
        let status = try client.call(GetStatus.self)
        guard let active = status.model else { throw Failure(.unreachable, "the daemon has no model yet") }
        let file = try client.call(FetchModel.self, NamedRequest(name: active.name))
        let model = try Model(file.bytes, architecture: active.architecture)
        let embedder = try Embedder(model: model, threads: ProcessInfo.processInfo.activeProcessorCount)
        var (socket, bare): ([Double], [Double]) = ([], [])
        // In turns of some questions each, so that load from other processes affects both alike, and the two networks do not
        // compete for the cores.
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
        if console.isJSON { return try console.print(json: report) }
        console.print(
            """
            over the socket  \(Show.decimal(report.socketMilliseconds, 2)) ms (median of \(count))
            bare             \(Show.decimal(report.bareMilliseconds, 2)) ms
            ratio            \(Show.decimal(report.ratio, 2))
            daemon's memory  \(Show.bytes(report.residentBytes))
            """)
    }

    private static func milliseconds(_ work: () throws -> Void) rethrows -> Double {
        try ContinuousClock().measure(work) / .milliseconds(1)
    }
}
