import API
import Testing

@testable import Daemon

/// Which addresses webhooks may call.
@Suite struct WebhookReachTests {
    @Test(arguments: [
        ("127.0.0.1", AddressKind.loopback), ("127.255.1.2", .loopback), ("::1", .loopback),
        ("10.1.2.3", .privateNetwork),
        ("172.16.0.1", .privateNetwork), ("172.32.0.1", .publicNetwork), ("192.168.1.1", .privateNetwork),
        ("100.64.0.1", .privateNetwork), ("100.128.0.1", .publicNetwork), ("8.8.8.8", .publicNetwork),
        ("0.0.0.0", .reserved), ("169.254.169.254", .reserved), ("224.0.0.1", .reserved),
        ("255.255.255.255", .reserved),
        ("::", .reserved), ("fe80::1", .reserved), ("ff02::1", .reserved), ("fd00::1", .privateNetwork),
        ("2001:4860:4860::8888", .publicNetwork), ("::ffff:127.0.0.1", .loopback),
        ("::ffff:169.254.169.254", .reserved), ("64:ff9b::a9fe:a9fe", .reserved), ("::7f00:1", .reserved),
    ]) func `an address is of a kind`(text: String, kind: AddressKind) {
        #expect(AddressKind(literal: text) == kind)
    }

    @Test func `names are no addresses in numbers`() {
        for text in ["localhost", "127.1", "0x7f000001", "2130706433", ""] {
            #expect(AddressKind(literal: text) == nil)
        }
    }

    @Test func `a setting permits kinds of addresses`() {
        let kinds: [AddressKind] = [.loopback, .privateNetwork, .publicNetwork, .reserved]
        func permitted(_ reach: WebhookReach, _ isSecure: Bool) -> [Bool] {
            kinds.map { reach.permits($0, isSecure: isSecure) }
        }
        #expect(permitted(.off, true) == [false, false, false, false])
        #expect(permitted(.loopback, true) == [true, false, false, false])
        #expect(permitted(.network, true) == [true, true, true, false])
        #expect(permitted(.network, false) == [true, true, false, false])
    }

    @Test func `addresses are checked when a webhook is added`() throws {
        for url in ["http://127.0.0.1:8080/x?y=1", "https://localhost/", "http://[::1]:80/"] {
            #expect(try WebhookReach.loopback.checked(url) == url)
        }
        #expect(try WebhookReach.network.checked("https://example.org/hook") == "https://example.org/hook")
        for url in [
            "http://example.org/", "http://10.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1:80", "",
            "http://", "http://user:word@127.0.0.1/", "http://127.0.0.1/#x", "http://localhost.example.org/",
            "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://127.0.0.1/\n", "http://2130706433/",
        ] {
            let error = #expect(throws: APIError.self, "\(url)") { try WebhookReach.loopback.checked(url) }
            #expect(error?.code == .badParameter)
        }
        #expect(throws: APIError.self) { try WebhookReach.off.checked("http://127.0.0.1/") }
    }

    /// A name may lead elsewhere when the call is made.
    @Test func `an address is checked again when it is called`() throws {
        let receiver = try WebhookReceiver()
        for reach in [WebhookReach.off, .loopback] {
            let url = reach == .off ? receiver.url : "http://169.254.169.254/latest"
            let transfer = WebhookTransfer(url: url, headers: [], body: .init(), reach: reach)
            let failure = #expect(throws: WebhookTransfer.Failure.self) { try transfer.perform() }
            #expect(failure?.message.contains("does not allow") == true)
        }
        #expect(receiver.requests.isEmpty)
        let allowed = WebhookTransfer(url: receiver.url, headers: [], body: .init([1, 2]), reach: .network)
        #expect(try allowed.perform() == 204 && receiver.requests.count == 1)
    }
}
