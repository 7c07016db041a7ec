import API
import Foundation
import TestSupport
import Testing

@testable import Registry

/// Tags and notes.
@Suite struct TagTests {
    let scratch = try? ScratchDirectory()

    @Test func `tags are added, listed, looked for and taken away`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        for name in ["Rei", "Asuka", "Mari"] { _ = try await registry.createCharacter(named: name) }
        let tagged = try await registry.changeTags(
            of: "Rei", adding: ["pilot", " blue hair", "pilot"], removing: ["none"])
        #expect(tagged.tags == ["blue hair", "pilot"] && tagged.updatedAt >= tagged.createdAt)
        _ = try await registry.changeTags(of: "Asuka", adding: ["pilot"], removing: [])
        #expect(try await registry.tags().map(\.name) == ["blue hair", "pilot"])
        #expect(try await registry.tags().map(\.characters) == [1, 2])
        #expect(try await registry.characters(after: nil, limit: 10, tag: "pilot").map(\.name) == ["Asuka", "Rei"])
        #expect(try await registry.characters(after: "Asuka", limit: 10, tag: "pilot").map(\.name) == ["Rei"])
        #expect(try await registry.characters(after: nil, limit: 10, tag: "red").isEmpty)
        #expect(try await registry.characters(after: nil, limit: 10).count == 3)
        _ = try await registry.renameCharacter("Rei", to: "Ayanami")
        #expect(try await registry.character(named: "Ayanami").tags == ["blue hair", "pilot"])
        #expect(try await registry.changeTags(of: "Ayanami", adding: [], removing: ["pilot"]).tags == ["blue hair"])
        _ = try await registry.removeCharacter(named: "Ayanami")
        #expect(try await registry.tags().map(\.name) == ["pilot"])
        let actions = try await registry.audit(limit: 100).map(\.action)
        #expect(actions.count { $0 == "tag.add" } == 3 && actions.count { $0 == "tag.remove" } == 1)
    }

    @Test func `what no tag or note may be changes nothing`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.createCharacter(named: "Rei")
        for tag in ["", " ", "a\nb", "\u{202E}x", String(repeating: "x", count: 201)] {
            await expect(.invalidName) {
                _ = try await registry.changeTags(of: "Rei", adding: ["ok", tag], removing: [])
            }
        }
        await expect(.characterNotFound) { _ = try await registry.changeTags(of: "Mari", adding: ["x"], removing: []) }
        let many = (0..<51).map { "tag \($0)" }
        await expect(.invalidName) { _ = try await registry.changeTags(of: "Rei", adding: many, removing: []) }
        #expect(try await registry.tags().isEmpty)
        #expect(try await registry.changeTags(of: "Rei", adding: Array(many.dropLast()), removing: []).tags.count == 50)
        await expect(.invalidName) { _ = try await registry.setNote(of: "Rei", "bell\u{7}") }
        await expect(.invalidName) { _ = try await registry.setNote(of: "Rei", String(repeating: "x", count: 4001)) }
        await expect(.characterNotFound) { _ = try await registry.setNote(of: "Mari", "x") }
        #expect(try await registry.character(named: "Rei").note.isEmpty)
    }

    @Test func `a merge unites what was written, and a restart keeps it`() async throws {
        let scratch = try #require(scratch)
        var registry = try await Registry.scratch(scratch)
        for (name, tags, note) in [("Rei", ["a", "b"], "first\nsecond"), ("Ayanami", ["b", "c"], "other")] {
            _ = try await registry.createCharacter(named: name)
            _ = try await registry.changeTags(of: name, adding: tags, removing: [])
            #expect(try await registry.setNote(of: name, " \(note)\n").note == note)
        }
        let merged = try await registry.mergeCharacter("Ayanami", into: "Rei").character
        #expect(merged.tags == ["a", "b", "c"] && merged.note == "first\nsecond\nother")
        // The tag that is new there and the note have audit rows of their own.
        let audit = try await registry.audit(limit: 3)
        #expect(audit.map(\.action) == ["character.merge", "character.note", "tag.add"])
        #expect(audit.map(\.subject) == ["Ayanami", "Rei", "Rei"])
        #expect(audit[1].detail["note"]?.string == merged.note && audit[2].detail["tag"]?.string == "c")
        await registry.close()
        registry = try await Registry.open(
            directory: scratch.data, database: try TestDatabase.address(for: scratch.data))
        #expect(try await registry.character(named: "Rei") == merged)
        #expect(try await registry.setNote(of: "Rei", "").note.isEmpty)
        #expect(try await registry.audit(limit: 1).first?.action == "character.note")
    }

    @Test func `a merge beyond a limit changes nothing`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        for name in ["Rei", "Ayanami"] {
            _ = try await registry.createCharacter(named: name)
            _ = try await registry.changeTags(of: name, adding: (0..<30).map { "\(name) \($0)" }, removing: [])
        }
        let before = try await registry.audit(limit: 100)
        let error = await #expect(throws: RegistryError.self) {
            _ = try await registry.mergeCharacter("Ayanami", into: "Rei")
        }
        #expect(error?.code == .invalidName && error?.message.contains("'Rei' would have 60 tags") == true)
        _ = try await registry.changeTags(of: "Ayanami", adding: [], removing: (0..<30).map { "Ayanami \($0)" })
        for (name, letter) in [("Rei", "a"), ("Ayanami", "b")] {
            _ = try await registry.setNote(of: name, String(repeating: letter, count: 3000))
        }
        await expect(.invalidName) { _ = try await registry.mergeCharacter("Ayanami", into: "Rei") }
        #expect(try await registry.character(named: "Rei").note.utf8.count == 3000)
        #expect(try await registry.audit(limit: 100).count == before.count + 32)
        #expect(try await registry.counts().characters == 2)
    }

    @Test func `of too many tags each can be removed`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        _ = try await registry.createCharacter(named: "Rei")
        // As a merge in 0.1.0 left them.
        for number in 0..<60 {
            try await registry.execute("INSERT INTO all_character_tags (character, tag) VALUES (1, 'tag \(number)')")
        }
        #expect(try await registry.changeTags(of: "Rei", adding: [], removing: ["tag 7"]).tags.count == 59)
        await expect(.invalidName) {
            _ = try await registry.changeTags(of: "Rei", adding: ["new"], removing: ["tag 8"])
        }
        let rest = try await registry.changeTags(
            of: "Rei", adding: ["new"], removing: (8..<18).map { "tag \($0)" })
        #expect(rest.tags.count == 50)
    }
}
