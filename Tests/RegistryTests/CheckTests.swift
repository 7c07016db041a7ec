import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// The check of a data directory, whole and damaged.
@Suite(.onFiles) struct CheckTests {
    private let scratch: ScratchDirectory
    private let registry: Registry

    init() async throws {
        scratch = try ScratchDirectory()
        registry = try await Registry.scratch(scratch)
        for number in 1...20 {
            let image = NewImage(
                bytes: Data(repeating: UInt8(number), count: 20_000), sha256: digest(number), format: "png", width: 1,
                height: 1, source: "", embedding: [1, 0, 0, Float(number)])
            _ = try await registry.enroll(character: "c\(number % 2)", images: [image], model: modelA)
        }
    }

    private func check() throws(RegistryError) -> ContentSummary {
        try Registry.check(
            directory: scratch.data,
            digest: { $0 == Data([1, 2, 3]) ? modelA : digest(Int($0[0])) }, progress: { _, _ in })
    }

    /// What the check says is damaged.
    private func damage(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let error = #expect(throws: RegistryError.self, sourceLocation: sourceLocation) { try check() }
        #expect(error?.reason == .storageCorrupt, sourceLocation: sourceLocation)
        return try #require(error).message
    }

    @Test func aRegistryIsWholeWhileItIsServed() async throws {
        #expect(try check().counts == (try await registry.counts()))
        await registry.close()
        #expect(try check().counts.images == 20)
    }

    @Test func aDamagedPageIsFoundWithAdvice() async throws {
        try await registry.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await registry.close()
        let file = try #require(FileHandle(forUpdatingAtPath: scratch.databaseFile))
        let pageSize = 8192
        let pages = Int(try file.seekToEnd()) / pageSize
        // A page in the midst loses its first bytes, which say of what kind it is and what lies where.
        try file.seek(toOffset: UInt64(pages / 2 * pageSize))
        try file.write(contentsOf: Data(repeating: 0xA5, count: 64))
        try file.close()
        let message = try damage()
        #expect(message.contains("aniwho backup restore FILE \(scratch.data) --force"))
    }

    @Test func aChangedPictureIsFound() async throws {
        try await registry.execute("UPDATE image_files SET bytes = X'07' WHERE image = 3")
        #expect(try damage().contains("the file of image 3 has changed since it was stored"))
    }

    @Test func aPrototypeOfOtherImagesIsFound() async throws {
        try await registry.execute("UPDATE prototypes SET count = 9")
        #expect(try damage().contains("the prototype of c0 is not made of its images"))
        try await registry.execute("DELETE FROM prototypes")
        #expect(try damage().contains("aniwho rebuild"))
    }

    /// One bit, which no length and no page shows.
    @Test(arguments: ["embeddings", "prototypes"]) func aChangedNumberInAVectorIsFound(table: String) async throws {
        let column = table == "embeddings" ? "image" : "character"
        try await registry.execute(
            """
            UPDATE \(table) SET vector = CAST(substr(vector, 1, 2) || X'90' || substr(vector, 4) AS BLOB) WHERE \(column) =
            (SELECT min(\(column)) FROM \(table))
            """)
        #expect(try damage().contains("is not the mean of its images' embeddings"))
    }

    @Test func whereThereIsNoRegistryIsSaid() {
        let error = #expect(throws: RegistryError.self) {
            try Registry.check(directory: "/nowhere", digest: { _ in "" }, progress: { _, _ in })
        }
        #expect(error?.message.contains("there is no registry in /nowhere") == true)
    }
}
