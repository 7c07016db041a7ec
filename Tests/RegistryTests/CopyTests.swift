import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// A registry copied to another place, within SQLite or between SQLite and PostgreSQL.
@Suite struct CopyTests {
    let scratch = try? ScratchDirectory()
    let other = try? ScratchDirectory()

    /// The address of a registry as ``Registry/copy(from:to:progress:)`` takes it.
    private func place(_ scratch: ScratchDirectory?) throws -> String {
        let data = try #require(scratch).data
        return try TestDatabase.address(for: data) ?? data
    }

    private func open(_ scratch: ScratchDirectory?) async throws -> Registry {
        let data = try #require(scratch).data
        return try await Registry.open(directory: data, database: try TestDatabase.address(for: data))
    }

    /// A registry with something in most of its tables.
    private func fill() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        for number in 0..<30 {
            _ = try await registry.enroll(
                character: "character \(number % 5)",
                images: [newImage(number, [Float(number), 1, 2, 3], bytes: 5000)], model: modelA)
        }
        _ = try await registry.changeAliases(of: "character 1", adding: ["別名"], removing: [])
        _ = try await registry.changeTags(of: "character 2", adding: ["tag"], removing: [])
        _ = try await registry.keepInInbox([newImage(100, [9, 9, 9, 9])], model: modelA)
        try await registry.removeCharacter(named: "character 4")
        _ = try await registry.createToken(named: "bot", role: .reader, sha256: digest(7))
        try await registry.setSetting("radius", "1.5")
        await registry.close()
    }

    /// All rows of all tables.
    private func contents(_ scratch: ScratchDirectory?) throws -> [String: [[SQLValue]]] {
        let data = try #require(scratch).data
        let connection = try DatabasePlace(TestDatabase.address(for: data), directory: data).connectToRead()
        var contents: [String: [[SQLValue]]] = [:]
        for table in CopiedTable.all {
            let columns = try connection.all(connection.driver.dialect.columns(of: table.name)) { $0.text(0) }
            contents[table.name] = try table.rows(after: nil, columns.sorted(), in: connection)
        }
        return contents
    }

    @Test func `everything is there, and new rows get new numbers`() async throws {
        try await fill()
        var shown: [CopyProgress] = []
        let copied = try Registry.copy(from: place(scratch), to: place(other)) {
            shown.append($0)
            return true
        }
        #expect(copied.characters == 4 && copied.images == 24 && copied.before == 0)
        #expect(shown.last == CopyProgress(step: .verifying, done: copied.rows, total: copied.rows))
        let one = try contents(scratch)
        var two = try contents(other)
        // The copy's log has one entry more.
        let log = try #require(two["audit"])
        two["audit"] = Array(log.dropLast())
        #expect(one == two)
        let registry = try await open(other)
        #expect(
            try registry.search(queries: [[13.5, 1, 2, 3]], model: modelA, top: 1, temperature: 1)[0][0].name
                == "character 1")
        // The character in the trash keeps its number.
        let new = try await registry.enroll(character: "new", images: [newImage(200, [1, 1, 1, 1])], model: modelA)
        #expect(new.character.id == 6 && new.added[0].id == 31)
        await registry.close()
    }

    @Test func `a copy that was stopped is no registry, and goes on`() async throws {
        try await fill()
        await expect(.interrupted) {
            _ = try Registry.copy(from: place(scratch), to: place(other)) { $0.done < 60 }
        }
        await expect(.databaseUnfit) { _ = try await open(other) }
        let copied = try Registry.copy(from: place(scratch), to: place(other)) { _ in true }
        #expect(copied.before > 0 && copied.before < copied.rows)
        let registry = try await open(other)
        #expect(try await registry.counts().images == 24)
        await registry.close()
    }

    @Test func `a copy does not go on with another registry, and replaces none`() async throws {
        try await fill()
        await expect(.interrupted) {
            _ = try Registry.copy(from: place(scratch), to: place(other)) { $0.done < 60 }
        }
        let registry = try await open(scratch)
        try await registry.setSetting("radius", "2")
        try await registry.removeCharacter(named: "character 0")
        await registry.close()
        await expect(.targetExists) { _ = try Registry.copy(from: place(scratch), to: place(other)) { _ in true } }
        let third = try ScratchDirectory()
        _ = try Registry.copy(from: place(scratch), to: place(third)) { _ in true }
        await expect(.targetExists) { _ = try Registry.copy(from: place(scratch), to: place(third)) { _ in true } }
        await expect(.badRequest) { _ = try Registry.copy(from: place(third), to: place(third)) { _ in true } }
    }

    /// Changes meanwhile would be lost.
    @Test func `a registry that is served is not copied, and not copied over`() async throws {
        try await fill()
        _ = try Registry.copy(from: place(scratch), to: place(other)) { _ in true }
        let (registry, third) = (try await open(scratch), try ScratchDirectory())
        await expect(.databaseLocked) { _ = try Registry.copy(from: place(scratch), to: place(third)) { _ in true } }
        await expect(.databaseLocked) { _ = try Registry.copy(from: place(other), to: place(scratch)) { _ in true } }
        await registry.close()
    }

    @Test func `what is no registry is refused`() async throws {
        try await fill()
        await expect(.fileNotFound) { _ = try Registry.copy(from: "/nowhere", to: place(other)) { _ in true } }
        await expect(.badRequest) { _ = try Registry.copy(from: "http://host/", to: place(other)) { _ in true } }
    }

    /// The list of tables is all tables: one that a migration adds must be copied, too, unless it says only what daemons do now.
    @Test func `every table is copied`() async throws {
        try await fill()
        let data = try #require(scratch).data
        let connection = try DatabasePlace(TestDatabase.address(for: data), directory: data).connectToRead()
        let tables = try connection.all(
            connection.driver.dialect == .sqlite
                ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'aniwho' AND table_type = 'BASE TABLE'"
        ) { $0.text(0) }
        #expect(
            Set(tables)
                == Set(CopiedTable.all.map(\.name) + ["migrations", "daemons", "proposed_models", "login_links"]))
    }

    /// Both ways between the two systems.
    @Test(.disabled(if: TestDatabase.isFile)) func `a registry goes to PostgreSQL from a file, and back`() async throws
    {
        try await fill()
        let (file, back) = (try ScratchDirectory(), try ScratchDirectory())
        _ = try Registry.copy(from: place(scratch), to: file.data) { _ in true }
        _ = try Registry.copy(from: file.data, to: place(back)) { _ in true }
        let (one, two) = (try contents(scratch), try contents(back))
        for table in CopiedTable.all where table.name != "audit" { #expect(one[table.name] == two[table.name]) }
        #expect(try #require(one["audit"]) == Array(try #require(two["audit"]).dropLast(2)))
        let registry = try await Registry.open(directory: file.data)
        #expect(try await registry.counts().images == 24)
        await registry.close()
    }
}
