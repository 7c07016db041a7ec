import API
import Foundation
import Testing

/// Webhooks with the real programs. What is sent is tested where the daemon runs in the test's process.
@Suite struct WebhookTests {
    @Test func `a webhook is added, tested, listed and removed`() throws {
        let daemon = try TestDaemon()
        try daemon.start()
        #expect(try daemon.aniwho("webhooks", "list").out.hasPrefix("there are no webhooks"))
        // Nothing listens on port 1.
        let made = try daemon.aniwho("webhooks", "add", "bot", "http://127.0.0.1:1/hook", "--on", "named, job")
        let key = made.out.trimmingCharacters(in: .newlines)
        #expect(made.status == 0 && key.hasPrefix("whsec_") && made.error.contains("shown only once"), "\(made)")
        #expect(try daemon.aniwho("webhooks", "add", "bot", "http://127.0.0.1:1/").status == 6)
        #expect(try daemon.aniwho("webhooks", "add", "far", "https://example.org/").status == 2)
        #expect(try daemon.aniwho("webhooks", "add", "odd", "http://127.0.0.1:1/", "--on", "test").status == 2)
        let tested = try daemon.aniwho("webhooks", "test", "bot")
        #expect(tested.status == 3 && tested.error.contains("no answer"), "\(tested)")
        let listed = try daemon.aniwho("webhooks", "list")
        #expect(listed.out.hasPrefix("bot: http://127.0.0.1:1/hook on named, job\n") && listed.out.contains("failed"))
        let json = try daemon.aniwho("webhooks", "list", "--json")
        #expect(json.out.contains(#""state" : "failed""#) && !(json.out + listed.out).contains(key))
        #expect(
            try daemon.aniwho("webhooks", "remove", "bot").out == "removed the webhook bot to http://127.0.0.1:1/hook\n"
        )
        #expect(try daemon.aniwho("webhooks", "remove", "bot").status == 4)
        #expect(!daemon.log.contains(key))
    }
}
