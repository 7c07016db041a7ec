import API
import Embedding
import Foundation
import Testing

@testable import Daemon
@testable import Registry

/// Cast packs as the daemon writes and reads them, in scratch directories.
enum CastPacks {
    /// With a radius, a model has a decision rule.
    static let settings = ["radius": "20"]

    /// Three characters of five pictures.
    static func enrolled(_ settings: [String: String] = settings) async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: settings)
        for name in try FileManager.default.contentsOfDirectory(atPath: Samples.path + "/enroll").sorted().prefix(3) {
            let request = EnrollImages.Request(name: name, files: try Samples.files("enroll/\(name)"))
            _ = try await EnrollImages.answer(request, fixture.services)
        }
        return fixture
    }

    /// The same characters with made-up vectors: quicker, where nothing is asked.
    static func fabricated() async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: settings)
        for name in ["Iori Namisato", "Itsuki Akabashi", "Kaede Mizunuma"] {
            try await fixture.enroll(name, images: 5, seed: 1)
        }
        return fixture
    }

    /// The last of what is told.
    private static func last<End>(_ feed: WorkFeed) async throws -> Told<End> {
        let told: [Told<End>] = try await feed.told()
        return try #require(told.last)
    }

    static func write(_ request: WriteBundle.Request, _ services: Services) async throws -> WrittenBundle {
        let event: Told<WrittenBundle> = try await last(services.bundles.write(request))
        switch event {
        case .end(let bundle): return bundle
        case .error(let code, let message): throw APIError(code, message)
        case .progress: throw APIError(.internal, "no end")
        }
    }

    /// Writes a pack of everybody, in the fixture's folder.
    static func exported(_ fixture: DaemonFixture) async throws -> String {
        let folder = fixture.path + "/Stars"
        _ = try await write(.init(folder: folder, pictures: false), fixture.services)
        return folder
    }

    static func read(_ request: ReadBundle.Request, _ services: Services) async throws -> ImportedBundle {
        let event: Told<ImportedBundle> = try await last(services.bundles.read(request))
        switch event {
        case .end(let bundle): return bundle
        case .error(let code, let message): throw APIError(code, message)
        case .progress: throw APIError(.internal, "no end")
        }
    }

    static func ended(_ id: Int64, _ services: Services) async throws -> Job {
        for _ in 0..<4000 {
            let job = try await services.registry.job(id)
            if job.endedAt != nil { return job }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw APIError(.internal, "job \(id) does not end")
    }

    static func answers(_ services: Services) async throws -> [Classification] {
        try await ClassifyImages.answer(
            .init(files: try Samples.files("ask/Iori Namisato") + Samples.files("strangers")), services
        ).results
    }

    /// Changes the manifest, with its hash.
    static func alter(_ folder: String, _ change: (inout String) -> Void) throws {
        let path = URL(filePath: folder + "/manifest.json")
        var text = try String(contentsOf: path, encoding: .utf8)
        let before = text
        change(&text)
        try #require(text != before)
        try Data(text.utf8).write(to: path)
        try Data("\(ContentHash.sha256(Data(text.utf8)))  manifest.json\n".utf8).write(
            to: URL(filePath: folder + "/manifest.json.sha256"))
    }

    /// Replaces a file of the bundle, with its size and hash in the manifest.
    static func replace(_ file: String, in folder: String, by bytes: Data) throws {
        let path = URL(filePath: "\(folder)/\(file)")
        let old = try Data(contentsOf: path)
        try bytes.write(to: path)
        try alter(folder) { text in
            text = text.replacingOccurrences(of: ContentHash.sha256(old), with: ContentHash.sha256(bytes))
            // The size stands before the name; other files may have the same size.
            guard let name = text.range(of: "\"file\" : \"\(file)\""),
                let size = text.range(
                    of: "\"bytes\" : \(old.count)", options: .backwards, range: text.startIndex..<name.lowerBound)
            else { return }
            text.replaceSubrange(size, with: "\"bytes\" : \(bytes.count)")
        }
    }

    /// The files with vectors, by their paths in the bundle.
    static func vectors(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/vectors").sorted().map { "vectors/\($0)" }
    }
}
