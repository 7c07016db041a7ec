import API
import Client
import Foundation
import Options

enum WebhooksList: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho webhooks list", summary: "list the webhooks with their last calls",
        discussion:
            "Of each webhook it shows the last calls, the newest first. Secrets are never shown. All times are UTC.")

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let webhooks = try arguments.client.entries(ListWebhooks.self)
        if console.isJSON { return try console.print(json: webhooks) }
        guard !webhooks.isEmpty else {
            return console.print("there are no webhooks; add one with: aniwho webhooks add NAME URL")
        }
        for (index, webhook) in webhooks.enumerated() {
            let events = webhook.events.map(\.rawValue).joined(separator: ", ")
            console.print("\(index == 0 ? "" : "\n")\(webhook.name): \(webhook.url) on \(events)")
            if webhook.waiting > 0 { console.print("\(Show.count(webhook.waiting, "call")) waiting") }
            guard !webhook.deliveries.isEmpty else { continue }
            var table = TextTable(
                ("CALL", .right), ("EVENT", .left), ("TIME", .left), ("STATE", .left), ("ATTEMPTS", .right),
                ("STATUS", .right), ("", .left))
            for call in webhook.deliveries {
                table.add(
                    String(call.id), call.event.rawValue, call.createdAt.ISO8601Format(), call.state.rawValue,
                    String(call.attempts), call.status.map { String($0) } ?? "", note(on: call))
            }
            console.print(table)
        }
    }

    private static func note(on call: WebhookDelivery) -> String {
        [call.error, call.nextAttemptAt.map { "next attempt at \($0.ISO8601Format())" }].compactMap(\.self)
            .joined(separator: "; ")
    }
}

enum WebhooksAdd: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho webhooks add", summary: "let the daemon call an address when something happens",
        discussion: """
            The daemon sends a POST with JSON to URL, signs it, and tries again for some hours if the address does not answer. The
            command prints the key of the signature once. named and unknown are sent when somebody classifies pictures, with classify,
            watch or another program; job when a job has ended. Which addresses are allowed is the daemon's setting webhooks: by
            default only this machine.
            """,
        operands: [
            Operand("NAME", help: "a name for it, which the log of changes shows"),
            Operand("URL", help: "the address: http://127.0.0.1:8080/path, or https"),
        ],
        options: [
            Option("on", "EVENTS", help: "when to call it, with commas between: named,unknown,job (default: all)")
        ])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let events = try arguments["on"].map { list in
            try list.split(separator: ",").map { text in
                let name = text.trimmingCharacters(in: .whitespaces)
                guard let event = WebhookEvent(rawValue: name), WebhookEvent.subscribable.contains(event) else {
                    let names = WebhookEvent.subscribable.map(\.rawValue).joined(separator: ", ")
                    throw arguments.misuse("--on takes some of \(names), not “\(name)”")
                }
                return event
            }
        }
        let client = arguments.client
        let made = try client.call(
            AddWebhook.self, .init(name: arguments.word("NAME"), url: arguments.word("URL"), events: events))
        if !console.isJSON {
            console.warn("save this key now, since it is shown only once; the receiver checks the signature with it")
        }
        let text = try console.isJSON ? String(decoding: JSON.encode(made, pretty: true), as: UTF8.self) : made.secret
        do throws(Failure) { try OutputStream.standard.writeOrThrow(text + "\n") } catch {
            throw removed(made.webhook.name, client, since: error)
        }
    }

    /// Removes a webhook whose key nobody has seen.
    private static func removed(_ name: String, _ client: Client, since failure: Failure) -> Failure {
        do { _ = try client.call(RemoveWebhook.self, NamedRequest(name: name)) } catch {
            return Failure(
                failure.code,
                "\(failure.message). Nobody has the key of the webhook “\(name)”, and it could not be removed: \(error.message). Remove it with: aniwho webhooks remove '\(name)'"
            )
        }
        return Failure(
            failure.code, "\(failure.message). The webhook “\(name)” was removed again, since nobody has its key")
    }
}

enum WebhooksRemove: AsksDaemon, AsksBeforeChange {
    static let declaration = Declaration(
        name: "aniwho webhooks remove", summary: "remove a webhook, with the calls that wait for it",
        operands: [Operand("NAME", help: "the webhook's name, as aniwho webhooks list shows it")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let webhook = arguments.named
        try console.confirm(arguments) { "Remove the webhook \(webhook.name)?" }
        let removed = try arguments.client.call(RemoveWebhook.self, webhook)
        if console.isJSON { return try console.print(json: removed) }
        console.print("removed the webhook \(removed.name) to \(removed.url)")
    }
}

enum WebhooksTest: AsksDaemon {
    static let declaration = Declaration(
        name: "aniwho webhooks test", summary: "call a webhook once, now",
        discussion: "Sends the event test, and ends with status 3 if the address does not take it.",
        operands: [Operand("NAME", help: "the webhook")])

    static func run(_ arguments: Arguments, _ console: Console) async throws {
        let call = try console.waiting("calling") { try arguments.client.call(TestWebhook.self, arguments.named) }
        if console.isJSON {
            try console.print(json: call)
        } else if let status = call.status {
            console.print("\(arguments.word("NAME")) answered with status \(status)")
        }
        guard call.state == .delivered else {
            if console.isJSON { throw Outcome(exitCode: .unreachable) }
            throw Failure(.unreachable, "the call was not taken: \(call.error ?? "no answer")")
        }
    }
}
