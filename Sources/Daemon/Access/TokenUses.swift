import Foundation
import Registry

/// Writes when tokens and sessions were last used, now and then, so that no request waits for it.
struct TokenUses: Sendable {
    let registry: Registry
    let log: Log

    /// The time between two writes. A daemon that is killed forgets the uses of up to this time.
    private static let interval = Duration.seconds(600)

    /// Writes them again and again, until the task is cancelled.
    func keepWriting() async {
        while (try? await Task.sleep(for: Self.interval)) != nil { await write() }
    }

    /// Writes those that are only in memory.
    func write() async {
        do {
            try await registry.writeTokenUses()
            try await registry.writeSessionUses()
        } catch {
            log.write(.warning, "the last uses of tokens and sessions were not written", ["error": error.message])
        }
    }
}
