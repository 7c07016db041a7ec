import API
import Foundation
import Registry
import Synchronization
import Timing

/// Calls webhooks. Requests and jobs only note what happened; a task stores the calls in the registry, and another one makes them, each on a
/// thread of its own. So an address that is slow or gone delays nobody, and calls that wait survive a restart.
actor WebhookHost {
    /// The pauses before the second attempt and the next ones. When they are used up, the call has failed.
    static let pauses: [Duration] = [
        .seconds(10), .seconds(60), .seconds(300), .seconds(1800), .seconds(7200), .seconds(21_600),
    ]
    /// What happened and is not stored yet. More is dropped, so that a registry that is slow does not fill the memory.
    private static let mostNoted = 256
    /// The time between two looks at the calls that wait, if nothing happens.
    private static let longestPause = 60.0

    private let registry: Registry
    private let log: Log
    private let pauses: [Duration]
    private nonisolated let settings: Mutex<WebhookReach>
    /// What webhooks are called for.
    private nonisolated let wanted = Mutex<Set<WebhookEvent>>([])
    private let noted: AsyncStream<WebhookMessage>
    private nonisolated let note: AsyncStream<WebhookMessage>.Continuation
    private let wakes: AsyncStream<Void>
    private nonisolated let wake: AsyncStream<Void>.Continuation
    private var work: [Task<Void, Never>] = []
    /// The webhooks that are being called: one call of each at a time.
    private var calls: [Int64: Task<Void, Never>] = [:]
    private var alarm: Task<Void, Never>?
    private var isStopping = false

    init(registry: Registry, log: Log, reach: WebhookReach = .loopback, pauses: [Duration] = WebhookHost.pauses) {
        (self.registry, self.log, self.pauses) = (registry, log, pauses)
        settings = Mutex(reach)
        (noted, note) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostNoted))
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    nonisolated var reach: WebhookReach { settings.withLock { $0 } }

    nonisolated func change(_ reach: WebhookReach) { settings.withLock { $0 = reach } }

    // MARK: What happens

    /// Notes the answers about pictures. Returns at once.
    nonisolated func note(_ response: ClassifyImages.Response) {
        for (event, isUnknown) in [(WebhookEvent.named, false), (.unknown, true)] where isWanted(event) {
            var answer = response
            answer.results = response.results.filter { $0.faces.contains { $0.unknown == isUnknown } }
            if !answer.results.isEmpty { note(WebhookMessage(event: event, at: Date(), answer: answer)) }
        }
    }

    /// Notes the end of a job. Returns at once.
    nonisolated func note(_ job: Job) {
        if isWanted(.job) { note(WebhookMessage(event: .job, at: job.endedAt ?? Date(), job: job)) }
    }

    private nonisolated func isWanted(_ event: WebhookEvent) -> Bool { wanted.withLock { $0.contains(event) } }

    private nonisolated func note(_ message: WebhookMessage) {
        guard case .dropped = note.yield(message) else { return }
        log.write(.warning, "a webhook's event was dropped", ["event": message.event.rawValue])
    }

    /// Reads again what webhooks are called for, after a change of them.
    func refresh() async throws {
        let events = Set(try await registry.webhooks().flatMap(\.events))
        wanted.withLock { $0 = events }
    }

    /// Reads the webhooks again after another daemon has changed them or stored an event, and makes the calls that wait.
    func follow() async throws {
        try await refresh()
        wake.yield()
    }

    // MARK: Calls

    /// Begins to store events and to make calls, with those that waited when the daemon stopped.
    func start() async {
        precondition(work.isEmpty, "it starts once")
        do { try await refresh() } catch { report("webhooks cannot be read", error) }
        work = [
            Task(priority: .utility) { for await message in noted { await store(message) } },
            Task(priority: .utility) { for await _ in wakes { await makeDueCalls() } },
        ]
        wake.yield()
    }

    /// Ends after the calls that are being made, and stores the events that were noted.
    func stop() async {
        isStopping = true
        note.finish()
        wake.finish()
        alarm?.cancel()
        for task in work { await task.value }
        for task in calls.values { await task.value }
    }

    /// Calls a webhook now, once.
    /// - Throws: `webhook_not_found`.
    func test(_ name: String) async throws -> WebhookDelivery {
        let body = try Self.body(WebhookMessage(event: .test, at: Date()))
        let delivery = try await registry.addTestDelivery(to: name, body: body, at: Date())
        guard let noted = try await attempt(delivery, mayRepeat: false) else {
            throw APIError(.webhookNotFound, "the webhook '\(name)' was removed meanwhile")
        }
        return noted
    }

    private func store(_ message: WebhookMessage) async {
        do {
            let left = try await registry.queueDeliveries(
                message.event, body: try Self.body(message), at: Date())
            if left > 0 {
                log.write(
                    .warning, "webhooks have too many waiting calls; they are not called for an event",
                    ["event": message.event.rawValue, "webhooks": String(left)])
            }
            wake.yield()
        } catch { report("a webhook's event cannot be stored", error) }
    }

    private static func body(_ message: WebhookMessage) throws -> String {
        String(decoding: try JSON.encode(message), as: UTF8.self)
    }

    private func makeDueCalls() async {
        // Of several daemons one makes the calls.
        guard !isStopping, registry.isLeader else { return }
        do {
            let now = Date()
            // A call that ends while these are read may be among them as it was before its end.
            let called = Set(calls.keys)
            for delivery in try await registry.dueDeliveries(at: now)
            where calls[delivery.webhook] == nil && !called.contains(delivery.webhook) {
                calls[delivery.webhook] = Task(priority: .utility) { await call(delivery) }
            }
            let next = try await registry.nextDelivery(after: now)
            setAlarm(seconds: min(Self.longestPause, max(0.01, next?.timeIntervalSince(now) ?? Self.longestPause)))
        } catch {
            report("calls of webhooks cannot be read", error)
            setAlarm(seconds: Self.longestPause)
        }
    }

    private func setAlarm(seconds: Double) {
        alarm?.cancel()
        guard !isStopping else { return }
        alarm = Task {
            try? await Task.sleep(for: .seconds(seconds))
            if !Task.isCancelled { wake.yield() }
        }
    }

    private func call(_ delivery: QueuedDelivery) async {
        do { _ = try await attempt(delivery, mayRepeat: true) } catch {
            report("a webhook's call cannot be noted", error)
        }
        calls[delivery.webhook] = nil
        wake.yield()
    }

    /// Makes an attempt and notes it.
    private func attempt(_ delivery: QueuedDelivery, mayRepeat: Bool) async throws -> WebhookDelivery? {
        let began = Date()
        let transfer = WebhookTransfer(delivery, reach: reach, at: began)
        var (status, error): (Int?, String?)
        do {
            let answered = try await onOwnThread("aniwho.webhook") { try transfer.perform() }
            status = answered
            if !(200..<300).contains(answered) { error = "it answered with status \(answered)" }
        } catch let failure as WebhookTransfer.Failure { error = failure.message }
        // An address that says it is gone is gone.
        let isOver = error == nil || status == 410 || !mayRepeat || delivery.attempts >= pauses.count
        let next = isOver ? nil : Date() + pauses[delivery.attempts].seconds
        if let error {
            log.write(
                isOver ? .warning : .info, "webhook not called",
                ["webhook": delivery.name, "delivery": String(delivery.id), "message": error])
        }
        return try await registry.noteAttempt(delivery.id, at: began, status: status, error: error, next: next)
    }

    private func report(_ what: String, _ error: any Error) {
        log.write(.error, what, ["message": APIError(describing: error).message])
    }
}

extension WebhookTransfer {
    /// The call of a delivery, signed at a time.
    init(_ delivery: QueuedDelivery, reach: WebhookReach, at time: Date) {
        let body = Data(delivery.body.utf8)
        let signed = WebhookSignature.headers(of: body, key: delivery.secret, at: time)
        self.init(
            url: delivery.url,
            headers: [
                "Content-Type: \(MediaType.json)", "User-Agent: aniwhod/\(Version.current)",
                "AniWho-Event: \(delivery.event.rawValue)", "AniWho-Delivery: \(delivery.id)",
                // libcurl would wait for the permission to send a body.
                "Expect:",
            ] + signed.map { "\($0.name): \($0.value)" },
            body: body, reach: reach)
    }
}
