import API
import Embedding
import FewShot
import Foundation
import Registry
import Statistics
import Testing

@testable import Daemon

/// Calibrations on what is enrolled: made, used, made again after changes, reset.
@Suite(.serialized) struct CalibrationTests {
    private static func enrolled(_ characters: Int = 12) async throws -> DaemonFixture {
        let fixture = try await DaemonFixture(model: ["temperature": "0.5", "radius": "3"])
        for number in 0..<characters {
            try await fixture.enroll("character \(number)", images: 5, seed: UInt64(number))
        }
        return fixture
    }

    private static func sample() throws -> FilePart {
        FilePart(name: "1.png", bytes: try Samples.picture("strangers/1.png"))
    }

    @Test func `answers use it and name it, until it is given up`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let file = try Self.sample()
        let before = try await ClassifyImages.answer(.init(files: [file]), services)
        #expect(before.calibration == "model" && before.results[0].threshold == 0.42)
        let made = try await services.calibrated(falseAccept: 0.1)
        let info = try #require(made.calibration)
        #expect(made.followsChanges && made.identity.count == 12)
        #expect(info.allowedFalseAccepts == 0.1 && info.characters == 12 && info.pictures == 48)
        #expect(info.falseAccepts.low <= info.falseAccepts.mean + 1e-9 && info.falseAccepts.high > 0.01)
        for kind in [HeadKind.posterior, .mean, .localFisher] {
            _ = try await UseHead.answer(UseRequest(name: kind.rawValue), services)
            let after = try await ClassifyImages.answer(.init(files: [file]), services)
            #expect(after.calibration == made.identity)
            let result = after.results[0]
            #expect(result.threshold == info.threshold)
            let all = (result.probability ?? 0) + result.otherProbability + (result.strangerProbability ?? 0)
            #expect(abs(all - 1) < 1e-5)
            if kind == .posterior { #expect(result.unknown == ((result.probability ?? 0) < info.threshold)) }
        }
        // The same pictures give the same calibration.
        #expect(try await services.calibrated() == made)
        #expect(try await ShowCalibration.answer(EmptyRequest(), services) == made)
        #expect(try await ResetCalibration.answer(EmptyRequest(), services).identity == "model")
        _ = try await UseHead.answer(UseRequest(name: "posterior"), services)
        #expect(try await ClassifyImages.answer(.init(files: [file]), services) == before)
    }

    /// The one that follows changes may be under way when the owner asks.
    @Test func `who asks while another runs gets one of what is enrolled then`() async throws {
        let fixture = try await Self.enrolled()
        defer { withExtendedLifetime(fixture) {} }
        let services = fixture.services
        let rates = try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask { _ = try await services.calibrated(falseAccept: Double(number) / 10) }
            }
            try await group.waitForAll()
            let status = try await ShowCalibration.answer(EmptyRequest(), services)
            return (
                status.calibration?.allowedFalseAccepts, try await services.registry.setting(CalibrationHost.setting)
            )
        }
        #expect(rates.0 != nil && rates.1.flatMap(Double.init) == rates.0)
    }

    @Test func `a restart keeps it, and the choice`() async throws {
        let fixture = try await Self.enrolled()
        let made = try await fixture.services.calibrated(falseAccept: 0.2)
        let model = try await fixture.services.models.active().model
        let restarted = try await fixture.restarted()
        #expect(restarted.calibrations.status(for: model) == made)
        try await restarted.models.loadActive()
        let again = try await restarted.calibrated()
        #expect(again.calibration?.allowedFalseAccepts == 0.2)
        await restarted.registry.close()
    }

    @Test func `it follows what is enrolled by itself`() async throws {
        let fixture = try await Self.enrolled()
        let services = fixture.services
        let model = try await services.models.active().model
        let made = try await services.calibrated()
        services.calibrations.start(pause: .milliseconds(20))
        defer { services.calibrations.stop() }
        try await fixture.enroll("somebody new", images: 5, seed: 99)
        for _ in 0..<3000 where services.calibrations.status(for: model).calibration?.characters != 13 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let followed = services.calibrations.status(for: model)
        #expect(followed.calibration?.characters == 13 && followed.identity != made.identity)
        // Too few are left: the model's own values, and the choice is kept.
        for number in 0..<12 { _ = try await services.registry.removeCharacter(named: "character \(number)") }
        for _ in 0..<3000 where services.calibrations.status(for: model).identity != "model" {
            try await Task.sleep(for: .milliseconds(20))
        }
        let last = services.calibrations.status(for: model)
        #expect(last.identity == "model" && last.followsChanges)
    }

    @Test func `too few pictures leave everything as it is`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.enroll("Rei", images: 5, seed: 1)
        try await fixture.enroll("Asuka", images: 1, seed: 2)
        let error = await #expect(throws: APIError.self) {
            try await fixture.services.calibrated(falseAccept: 0.1)
        }
        #expect(error?.code == .tooFewImages && error?.message.contains("1 of 2 have so many") == true)
        let status = try await ShowCalibration.answer(EmptyRequest(), fixture.services)
        #expect(status.identity == "model" && status.followsChanges)
        #expect(try await fixture.registry.setting("calibration.false-accept") == nil)
    }

    /// 0.1.0 stored a radius for each character. The daemon makes such a calibration again.
    @Test func `a calibration that 0.1.0 stored is made again`() async throws {
        let fixture = try await Self.enrolled()
        defer { withExtendedLifetime(fixture) {} }
        let services = fixture.services
        let model = try await services.models.active().model
        let stored = StoredCalibration(
            identity: String(repeating: "0123456789abcdef", count: 4),
            value: #"{"info":{"allowed_false_accepts":0.1,"common_radius":0.75},"radii":{"7":0.625}}"#, madeAt: Date())
        try await services.registry.storeCalibration(stored, model: model.identity)
        #expect(try await services.calibrations.stored(for: model.identity) == nil)
        await services.calibrations.follow()
        let made = services.calibrations.status(for: model)
        #expect(made.identity != "model" && made.calibration?.allowedFalseAccepts == DecisionRule.defaultFalseAccepts)
    }

    /// Nobody has to know the command.
    @Test func `it begins with the second character of two pictures`() async throws {
        let fixture = try await DaemonFixture(model: ["temperature": "0.5", "radius": "3"])
        let services = fixture.services
        let model = try await services.models.active().model
        try await fixture.enroll("Rei", images: 2, seed: 1)
        await services.calibrations.follow()
        #expect(services.calibrations.status(for: model).identity == "model")
        try await fixture.enroll("Asuka", images: 2, seed: 2)
        await services.calibrations.follow()
        #expect(services.calibrations.status(for: model).calibration?.characters == 2)
    }

    /// Weights without a rule: nobody is unknown until four characters with two pictures each are there.
    @Test func `a model without a rule gets one from what is enrolled`() async throws {
        let fixture = try await DaemonFixture()
        let services = fixture.services
        for number in 0..<4 {
            let answer = try await ClassifyImages.answer(.init(files: [try Self.sample()]), services).results[0]
            #expect(answer.strangerProbability == nil && answer.threshold == nil && answer.unknown == (number == 0))
            try await fixture.enroll("character \(number)", images: 3, seed: UInt64(number))
            await services.calibrations.follow()
        }
        let answer = try await ClassifyImages.answer(.init(files: [try Self.sample()]), services).results[0]
        #expect(answer.strangerProbability != nil && answer.threshold != nil)
    }

    @Test func `a rate that is none is refused`() {
        for text in ["", "x", "-0.1", "0.6", "nan"] {
            let error = #expect(throws: APIError.self) {
                try RunCalibration.Request(message: .init(query: ["false_accept": text]))
            }
            #expect(error?.code == .badParameter, "\(text)")
        }
    }

    /// The follower may wait for its turn while the owner goes back to the model's own values.
    @Test func `what was reset does not come back`() async throws {
        let fixture = try await Self.enrolled()
        defer { withExtendedLifetime(fixture) {} }
        let services = fixture.services
        let model = try await services.models.active().model
        _ = try await services.calibrated(falseAccept: 0.1)
        let (open, gate) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The turns come in the order in which they were asked for.
            group.addTask {
                try await services.calibrations.changing(model: model.identity) { for await _ in open {} }
            }
            try await Task.sleep(for: .milliseconds(50))
            group.addTask { try await services.calibrations.reset() }
            try await Task.sleep(for: .milliseconds(50))
            group.addTask { await services.calibrations.follow() }
            try await Task.sleep(for: .milliseconds(50))
            gate.finish()
            try await group.waitForAll()
        }
        let status = services.calibrations.status(for: model)
        #expect(status.identity == "model" && !status.followsChanges)
        #expect(try await services.registry.setting(CalibrationHost.setting) == "off")
        #expect(try await services.registry.calibration(model: model.identity) == nil)
    }
}
