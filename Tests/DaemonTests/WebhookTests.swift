import API
import Foundation
import Registry
import Testing

@testable import Daemon

/// Webhooks: what they are told, how it is signed, and what happens when nobody answers.
@Suite(.serialized) struct WebhookTests {
    /// A host with short pauses, on a registry without characters.
    private func host(
        _ fixture: DaemonFixture, _ reach: WebhookReach = .loopback, pauses: [Duration] = [.milliseconds(20)]
    ) async -> WebhookHost {
        let host = WebhookHost(
            registry: fixture.registry, log: Log(threshold: .error, format: .text), reach: reach, pauses: pauses)
        await host.start()
        return host
    }

    private func waitFor(_ what: String, _ condition: () async throws -> Bool) async throws {
        for _ in 0..<500 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("\(what) did not happen")
    }

    private static func answer(unknown: [Bool]) -> ClassifyImages.Response {
        ClassifyImages.Response(
            model: "A", head: "mean",
            results: unknown.map {
                let face = FaceAnswer(
                    character: $0 ? nil : "Rei", unknown: $0, certain: !$0, probability: nil, otherProbability: 0,
                    strangerProbability: nil, threshold: nil, candidates: [], meanDistance: nil, radius: nil,
                    margin: nil, nearestImages: [])
                return Classification(image: "1.png", width: 9, height: 9, faces: [face])
            })
    }

    /// RFC 4231, test cases 1, 2, 3 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), Data("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Data("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), Data(repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), Data("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]) func `the signature is HMAC-SHA-256`(key: [UInt8], message: Data, digest: String) {
        #expect(WebhookSignature.hmac(message, key: Data(key)) == digest)
    }

    @Test func `a call tells what happened, signed`() async throws {
        let fixture = try await DaemonFixture()
        let receiver = try WebhookReceiver()
        _ = try await fixture.registry.addWebhook(
            named: "bot", url: receiver.url, events: [.named, .job], secret: "key")
        let host = await host(fixture)
        host.note(Self.answer(unknown: [true, false, true]))
        host.note(Self.answer(unknown: [true]))
        try await waitFor("the call") { receiver.requests.count == 1 }
        let request = try #require(receiver.requests.first)
        #expect(request.line == "POST /hook HTTP/1.1" && request.headers["content-type"] == "application/json")
        #expect(request.headers["aniwho-event"] == "named" && request.headers["aniwho-delivery"] == "1")
        let stamp = try #require(request.headers["aniwho-timestamp"])
        let signature = WebhookSignature.hmac(Data("\(stamp).".utf8) + request.body, key: Data("key".utf8))
        #expect(request.headers["aniwho-signature"] == "sha256=\(signature)")
        #expect(abs(try #require(Double(stamp)) - Date().timeIntervalSince1970) < 60)
        let message = try JSON.decode(WebhookMessage.self, from: request.body)
        #expect(message.event == .named && message.answer?.results.map(\.character) == ["Rei"] && message.job == nil)
        await host.stop()
        let webhook = try #require(try await fixture.registry.webhooks().first)
        #expect(webhook.waiting == 0 && webhook.deliveries.map(\.state) == [.delivered])
        #expect(webhook.deliveries[0].status == 204 && webhook.deliveries[0].attempts == 1)
    }

    @Test func `a call is repeated, and given up at a bound`() async throws {
        let fixture = try await DaemonFixture()
        let receiver = try WebhookReceiver([500, 503, 500, 200])
        _ = try await fixture.registry.addWebhook(named: "bot", url: receiver.url, events: [.unknown], secret: "key")
        let host = await host(fixture, pauses: [.milliseconds(10), .milliseconds(20)])
        for _ in 0..<2 { host.note(Self.answer(unknown: [true])) }
        try await waitFor("the end") {
            try await fixture.registry.webhooks()[0].waiting == 0 && receiver.requests.count >= 4
        }
        await host.stop()
        let calls = try await fixture.registry.webhooks()[0].deliveries
        // The four answers came in some order: one of both calls may have failed three times.
        #expect(calls.count == 2 && calls.contains { $0.state == .delivered && $0.status == 200 })
        #expect(calls.allSatisfy { $0.attempts <= 3 && $0.nextAttemptAt == nil })
        let ids = receiver.requests.compactMap { $0.headers["aniwho-delivery"] }
        #expect(Set(ids) == ["1", "2"])
        // An address that is gone gets no other attempt.
        let gone = try WebhookReceiver([410])
        _ = try await fixture.registry.addWebhook(named: "gone", url: gone.url, events: [.unknown], secret: "key")
        let second = await self.host(fixture)
        second.note(Self.answer(unknown: [true]))
        try await waitFor("the call") {
            try await fixture.registry.webhooks().last?.deliveries.first?.state == .failed
        }
        await second.stop()
        #expect(gone.requests.count == 1)
    }

    @Test func `calls that wait survive a restart`() async throws {
        let fixture = try await DaemonFixture()
        // Nobody listens there.
        let closed = try WebhookReceiver().url
        _ = try await fixture.registry.addWebhook(named: "bot", url: closed, events: [.unknown], secret: "key")
        let host = await host(fixture, pauses: [.milliseconds(1500)])
        host.note(Self.answer(unknown: [true]))
        try await waitFor("the attempt") { try await fixture.registry.webhooks()[0].deliveries.first?.attempts == 1 }
        await host.stop()
        let call = try #require(try await fixture.registry.webhooks()[0].deliveries.first)
        #expect(call.state == .waiting && call.nextAttemptAt != nil && call.error?.hasPrefix("no answer: ") == true)
        let again = await self.host(fixture)
        try await waitFor("the end") { try await fixture.registry.webhooks()[0].waiting == 0 }
        await again.stop()
        #expect(try await fixture.registry.webhooks()[0].deliveries.map(\.attempts) == [2])
    }

    @Test func `a test calls once, and redirects are not followed`() async throws {
        let fixture = try await DaemonFixture()
        let target = try WebhookReceiver()
        let receiver = try WebhookReceiver([307], location: target.url)
        _ = try await AddWebhook.answer(.init(name: "bot", url: receiver.url), fixture.services)
        let call = try await TestWebhook.answer(NamedRequest(name: "bot"), fixture.services)
        #expect(call.state == .failed && call.status == 307 && call.event == .test && call.attempts == 1)
        #expect(receiver.requests.count == 1 && target.requests.isEmpty)
        await #expect(throws: (any Error).self) {
            _ = try await TestWebhook.answer(NamedRequest(name: "nobody"), fixture.services)
        }
        #expect(try await RemoveWebhook.answer(NamedRequest(name: "bot"), fixture.services).deliveries.count == 1)
        #expect(try await fixture.registry.webhooks().isEmpty)
    }

    @Test func `classifying calls, and a secret is shown once`() async throws {
        let fixture = try await DaemonFixture(model: ["radius": "20"])
        let receiver = try WebhookReceiver()
        let made = try await AddWebhook.answer(
            .init(name: "bot", url: receiver.url, events: [.unknown]), fixture.services)
        #expect(made.secret.hasPrefix("whsec_") && made.secret.count > 40)
        await fixture.services.webhooks.start()
        _ = try await ClassifyImages.answer(.init(files: try Samples.files("strangers")), fixture.services)
        try await waitFor("the call") { receiver.requests.count == 1 }
        await fixture.services.webhooks.stop()
        let listed = try JSON.encode(try await ListWebhooks.answer(.init(), fixture.services))
        let audit = try await fixture.registry.audit(limit: 10)
        #expect(!String(decoding: listed, as: UTF8.self).contains(made.secret))
        #expect(audit.first?.action == "webhook.add" && !"\(audit)".contains(made.secret))
    }

    @Test func `a job's end is an event, once`() async throws {
        let scratch = try await JobScratch()
        let ended = Noted<Job>()
        let log = Log(threshold: .error, format: .text)
        let runner = JobRunner(
            registry: scratch.registry, models: scratch.models, changes: scratch.changes,
            classifiers: ClassifierHost(registry: scratch.registry, metrics: Metrics(), threads: 1), log: log,
            program: JobScratch.program, ended: { ended.add($0) })
        let first = try await scratch.add(runner)
        let second = try await scratch.add(runner)
        _ = try await runner.cancel(second)
        await runner.start()
        _ = try await scratch.ended(first)
        try await waitFor("the note") { ended.all.count == 2 }
        await runner.stop()
        #expect(ended.all.map(\.id) == [second, first] && ended.all.map(\.state) == [.cancelled, .finished])
    }
}
