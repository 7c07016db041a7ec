import API
import Foundation
import Geometry
import Testing

@testable import Registry

/// Registries as every earlier schema wrote them (`Schemas/NNNN.sql` is what each step of the schema came to hold) open with all
/// their data, and go on.
@Suite struct EarlierSchemaTests {
    private static let schemas = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Schemas")

    private static func rows(_ number: Int) throws -> String {
        try String(contentsOf: schemas.appending(path: String(format: "%04d.sql", number)), encoding: .utf8)
    }

    /// The rows of every table and view as they are stored, without the columns that a later schema gave them.
    private func contents(_ connection: Connection) throws -> [String: [String]] {
        let tables = try connection.all(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name != 'migrations'"
        ) { $0.text(0) }
        var contents: [String: [String]] = [:]
        for table in tables {
            let columns = try connection.all("SELECT name FROM pragma_table_info('\(table)')") { $0.text(0) }
            for column in columns {
                contents["\(table).\(column)"] = try connection.all(
                    "SELECT quote(\(column)) FROM \(table) ORDER BY 1"
                ) { $0.text(0) }
            }
        }
        return contents
    }

    @Test func `each step of the schema has its rows here`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.schemas.path)
        #expect(files.sorted() == embeddedMigrations.indices.map { String(format: "%04d.sql", $0 + 1) })
    }

    @Test(arguments: 1...embeddedMigrations.count)
    func `a registry of an earlier schema opens with all its data`(number: Int) async throws {
        let scratch = try ScratchDirectory()
        try FileManager.default.createDirectory(atPath: scratch.data, withIntermediateDirectories: true)
        var before: [String: [String]] = [:]
        do {
            let connection = try Connection(path: scratch.databaseFile)
            // Each version's rows before the next one's step: a step may make a table anew.
            for step in 1...number {
                let known = try Migration.sequence(Array(embeddedMigrations.prefix(step)))
                try Migrator(migrations: known).migrate(connection)
                try connection.execute(try Self.rows(step))
            }
            before = try contents(connection)
        }
        #expect(before.values.contains { !$0.isEmpty })

        let registry = try await Registry.open(directory: scratch.data)
        let connection = try Connection(path: scratch.databaseFile)
        let after = try contents(connection)
        for (column, values) in before { #expect(after[column] == values, "\(column)") }
        #expect(try connection.first("SELECT count(*) FROM pragma_foreign_key_check") { $0.int(0) } == 0)
        #expect(try connection.first("PRAGMA integrity_check") { $0.text(0) } == "ok")
        try await check(registry, schema: number)
        try await goOn(registry)
        await registry.close()
    }

    /// What the registry says of the rows.
    private func check(_ registry: Registry, schema number: Int) async throws {
        #expect(try await registry.characters(after: nil, limit: 10).map(\.name) == ["Rin", "初音 ミク"])
        #expect(try await registry.images(of: "Rin").map(\.source) == ["rin/1.png", "rin/2.jpg"])
        #expect(try await registry.imageBytes(2) == Data([0x0C, 0x0D, 0x0E]))
        #expect(try await registry.activeModel()?.name == "A")
        #expect(try await registry.modelBytes(identity: modelB) == Data([4, 5, 6]))
        #expect(try await registry.storedPrototype(of: "Rin")?.vector == [0.5, 0.5, 0, 0])
        #expect(try await registry.setting("head") == "mahalanobis")
        #expect(try await registry.support(of: "初音 ミク", model: modelA).embeddings == [[0, 0, 0, 2]])
        if number >= 2 { #expect(try await registry.job(1).model == modelB) }
        if number >= 3 {
            #expect(try await registry.classifier(named: "cast").classes == ["Rin", "初音 ミク"])
            #expect(try await registry.job(5).warnings == ["Rin has few pictures"])
        }
        if number >= 4 { #expect(try await registry.rejections().map(\.source) == ["not-rin.png"]) }
        if number >= 5 { #expect(try await registry.calibration(model: modelA)?.value == #"{"temperature":0.5}"#) }
        if number >= 6 { #expect(try await registry.formerModel()?.model.name == "B") }
        if number >= 7 { #expect(try await registry.tokens().last?.name == (number < 12 ? "gallery" : "guests")) }
        if number >= 8 {
            let rin = try await registry.character(named: "Rin")
            #expect(rin.note == "the younger one" && rin.tags == ["singers"])
        }
        if number >= 15 { #expect(try await registry.activeDetector()?.name == "faces") }
        if number >= 16 {
            let miku = try await registry.character(named: "Miku")
            #expect(miku.name == "初音 ミク" && miku.series == "Vocaloid")
        }
        if number >= 19 {
            let jobs = try await [registry.job(901), registry.job(902)]
            #expect(jobs[0].result?["bytes"]?.integer == 7 && jobs[1].errorCode == "too_few_images")
            let key = JobKey("nightly-1", request: "00")
            let again = try await Registry.$author.withValue("uid 1000") {
                try await registry.createWork(kind: .backUp, arguments: [], key: key)
            }
            #expect(again == jobs[0])
        }
        #expect(registry.revision == (number < 22 ? 0 : 7))
        if number >= 18 {
            let webhook = try #require(try await registry.webhooks().first)
            #expect(webhook.events == [.named, .job] && webhook.waiting == 1)
            #expect(webhook.deliveries.map(\.state) == [.waiting, .delivered])
        }
        if number >= 12 { #expect(try await registry.tokens().last?.subjects == ["characters", "classify"]) }
        if number >= 9 { #expect(try await registry.inboxPictures().map(\.source) == ["new/1.png"]) }
        // Older ones have no appearances until the prototypes are made again.
        #expect(try await registry.prototype(of: "Rin")?.appearances == (number >= 14 ? [1, 1] : [2]))
        if number >= 13 {
            let trash = try await registry.trash(limit: 9, before: nil)
            #expect(trash.map(\.character) == (number >= 20 ? ["Stars", "Rin"] : ["Rin"]))
            _ = try await registry.restoreTrash([3])
            let image = try await registry.image(5)
            #expect(image.source == "rin/3.png" && image.box == (number >= 15 ? PixelBox(1, 2, 3, 4) : nil))
            try await registry.removeImage(5)
        }
        if number >= 20 {
            #expect(try await registry.packs().isEmpty)
            _ = try await registry.restoreTrash([4])
            let pack = try #require(try await registry.packs().first)
            #expect(pack.name == "Stars" && pack.signer == "maker@example.org" && pack.characters == ["Rin"])
            #expect(try await registry.storedPrototype(of: "Rin")?.count == 3)
            _ = try await registry.removePack(1)
        }
    }

    /// It takes a picture, and makes of it all what it would have made.
    private func goOn(_ registry: Registry) async throws {
        let rebuilt = try await registry.rebuildPrototypes(character: nil)
        #expect(rebuilt.characters == 2 && rebuilt.images == 3)
        #expect(try await registry.storedPrototype(of: "Rin")?.vector == [0.5, 0.5, 0, 0])
        let enrolled = try await registry.enroll(
            character: "Rin", images: [newImage(77, [0, 0, 3, 0])], model: modelA)
        #expect(try #require(enrolled.added.first).id > 9)
        #expect(try await registry.prototype(of: "Rin")?.count == 3)
    }
}
