import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Other names of characters, and their series.
@Suite struct AliasTests {
    let scratch = try? ScratchDirectory()

    @Test func `an alias finds its character wherever a name does`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let rei = try await registry.changeAliases(of: "Rei", adding: [" Rei Ayanami ", "レイ"], removing: ["none"])
        #expect(rei.name == "Rei" && rei.aliases == ["Rei Ayanami", "Rei II", "レイ"])
        #expect(try await registry.character(named: "レイ") == rei)
        // As it is typed: other white space, and a code that nobody sees.
        #expect(try await registry.character(named: "Rei\u{200E}  Ayanami").id == rei.id)
        await expect(.characterNotFound) { _ = try await registry.character(named: "rei ii") }
        let added = try await registry.enroll(
            character: "レイ", images: [newImage(8, [8, 1, 2, 3])], model: modelA)
        #expect(!added.created && added.character.name == "Rei" && added.added[0].character == "Rei")
        #expect(try await registry.moveImages([added.added[0].id], to: "First").character.name == "Ayanami")
        #expect(try await registry.images(of: "Rei II").count == 3)
        #expect(try await registry.changeTags(of: "レイ", adding: ["x"], removing: []).tags == ["pilot", "x"])
        #expect(try await registry.setNote(of: "レイ", "n").note == "n")
        #expect(try await registry.setSeries(of: "レイ", "Evangelion").series == "Evangelion")
        #expect(try await registry.removeCharacter(named: "レイ").name == "Rei")
        await expect(.characterNotFound) { _ = try await registry.character(named: "レイ") }
        #expect(try await registry.undo(expecting: nil).warnings.isEmpty)
        #expect(try await registry.character(named: "レイ").name == "Rei")
    }

    @Test func `no alias is or looks like another name, and a refusal changes nothing`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let before = try await VisibleState(registry)
        for alias in ["Asuka", "Ａsuka", "First", "Ｆirst"] {
            await expect(.characterExists) {
                _ = try await registry.changeAliases(of: "Rei", adding: ["new", alias], removing: [])
            }
        }
        for alias in ["Rei", "Ｒei", "Ｒei II", "", "a\nb", String(repeating: "x", count: 201)] {
            await expect(.invalidName) {
                _ = try await registry.changeAliases(of: "Rei", adding: ["new", alias], removing: [])
            }
        }
        let many = (0..<50).map { "alias \($0)" }
        await expect(.invalidName) { _ = try await registry.changeAliases(of: "Rei", adding: many, removing: []) }
        await expect(.characterExists) { _ = try await registry.createCharacter(named: "First") }
        await expect(.characterExists) { _ = try await registry.createCharacter(named: "Ｆirst") }
        await expect(.characterExists) { _ = try await registry.renameCharacter("Asuka", to: "First") }
        await expect(.characterExists) {
            _ = try await registry.splitCharacter("Asuka", images: [registry.numbers("Asuka")[0]], into: "First")
        }
        await expect(.characterNotFound) {
            _ = try await registry.changeAliases(of: "Nobody", adding: ["x"], removing: [])
        }
        for series in ["a\u{7}", String(repeating: "x", count: 201), "Ｅvangelion"] {
            await expect(.invalidName) { _ = try await registry.setSeries(of: "Asuka", series) }
        }
        #expect(try await VisibleState(registry) == before)
        #expect(
            try await registry.changeAliases(of: "Rei", adding: many, removing: ["Rei II"]).aliases.count == 50)
    }

    @Test func `a rename to an alias makes it the name`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let renamed = try await registry.renameCharacter("First", to: "綾波")
        #expect(renamed.name == "綾波" && renamed.aliases == ["First"] && renamed.series == "Evangelion")
        await expect(.characterNotFound) { _ = try await registry.character(named: "Ayanami") }
        // The former name is free.
        #expect(try await registry.changeAliases(of: "綾波", adding: ["Ayanami"], removing: []).aliases.count == 2)
        let audit = try await registry.audit(limit: 3)
        #expect(audit.map(\.action) == ["alias.add", "character.rename", "alias.remove"])
        #expect(audit[0].subject == "綾波" && audit[0].detail["alias"]?.string == "Ayanami")
    }

    @Test func `a merge unites aliases and series, and an undo parts them`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        let before = try await VisibleState(registry)
        let merged = try await registry.mergeCharacter("First", into: "Rei").character
        #expect(merged.aliases == ["First", "Rei II", "綾波"] && merged.series == "Evangelion")
        #expect(try await registry.character(named: "綾波").name == "Rei")
        #expect(try await registry.undo(expecting: nil).warnings.isEmpty)
        #expect(try await VisibleState(registry) == before)

        // What has happened since counts.
        _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        _ = try await registry.changeAliases(of: "Rei", adding: [], removing: ["First"])
        _ = try await registry.changeAliases(of: "Asuka", adding: ["First"], removing: [])
        _ = try await registry.setSeries(of: "Rei", "Rebuild")
        #expect(
            try await registry.undo(expecting: nil).warnings == [
                "the alias First of Ayanami is gone: it looks like 'First', an alias of 'Asuka' now",
                "the series of Rei was changed since, and stays as it is",
            ])
        #expect(try await registry.character(named: "Ayanami").aliases == ["綾波"])
        #expect(try await registry.character(named: "First").name == "Asuka")
    }

    @Test func `a name that is an alias now does not come back`() async throws {
        let registry = try await Registry.populated(try #require(scratch))
        _ = try await registry.removeCharacter(named: "Ayanami")
        _ = try await registry.changeAliases(of: "Rei", adding: ["Ayanami"], removing: [])
        let error = await #expect(throws: RegistryError.self) { try await registry.undo(expecting: nil) }
        #expect(error?.code == .characterExists && error?.message.contains("aniwho aliases remove") == true)
        _ = try await registry.changeAliases(of: "Rei", adding: [], removing: ["Ayanami"])
        #expect(try await registry.undo(expecting: nil).pictures == 3)
        // What is removed for good frees its aliases.
        _ = try await registry.removeCharacter(named: "Ayanami")
        _ = try await registry.removeOldestTrash(.upTo(.max))
        #expect(try await registry.scalar("SELECT count(*) FROM all_aliases") == 1)
    }

    @Test func `characters are listed by series, and a restart keeps all`() async throws {
        let scratch = try #require(scratch)
        var registry = try await Registry.populated(scratch)
        _ = try await registry.setSeries(of: "Asuka", "Evangelion\u{200E}")
        #expect(
            try await registry.characters(after: nil, limit: 9, tag: nil, series: "Evangelion").map(\.name)
                == ["Asuka", "Ayanami"])
        #expect(
            try await registry.characters(after: nil, limit: 9, tag: "pilot", series: "Evangelion").map(\.name)
                == ["Ayanami"])
        #expect(try await registry.characters(after: nil, limit: 9, tag: nil, series: "x").isEmpty)
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        let again = try await registry.character(named: "First")
        #expect(again.aliases == ["First", "綾波"] && again.series == "Evangelion")
        #expect(try await registry.setSeries(of: "Asuka", " ").series.isEmpty)
        #expect(try await registry.audit(limit: 1).first?.action == "character.series")
    }
}
