import API
import Foundation
import Testing

@testable import Registry

@Suite struct CalibrationTests {
    let scratch = try? ScratchDirectory()

    private func record(_ number: Int) -> StoredCalibration {
        StoredCalibration(
            identity: digest(number), value: "{\"n\":\(number)}", madeAt: Date(timeIntervalSince1970: 1000))
    }

    @Test func `each model keeps its own, once`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        #expect(try await registry.calibration(model: modelA) == nil)
        try await registry.storeCalibration(record(1), model: modelA)
        try await registry.storeCalibration(record(1), model: modelA)
        #expect(try await registry.calibration(model: modelA) == record(1))
        #expect(try await registry.audit(limit: 9).count { $0.action == "calibration.set" } == 1)
        try await registry.storeCalibration(record(2), model: modelA)
        #expect(try await registry.calibration(model: modelA) == record(2))
        await expect(.modelNotFound) { _ = try await registry.calibration(model: modelB) }
        await expect(.modelNotFound) { try await registry.storeCalibration(record(1), model: modelB) }
        try await registry.removeCalibrations()
        #expect(try await registry.calibration(model: modelA) == nil)
    }

    @Test func `spreads and supports are the stored embeddings'`() async throws {
        let registry = try await Registry.scratch(try #require(scratch))
        let images = [newImage(1, [0, 0, 0, 0]), newImage(2, [2, 0, 0, 0])]
        _ = try await registry.enroll(character: "Rei", images: images, model: modelA)
        _ = try await registry.createCharacter(named: "nobody yet")
        #expect(
            try await registry.spreads(model: modelA) == [CharacterSpread(characterID: 1, count: 2, spread: 1)])
        #expect(try await registry.supports(ofCharacter: 1, model: modelA) == images.map(\.embedding))
        #expect(try await registry.supports(ofCharacter: 2, model: modelA).isEmpty)
        await expect(.modelNotActive) { _ = try await registry.spreads(model: modelB) }
    }
}
