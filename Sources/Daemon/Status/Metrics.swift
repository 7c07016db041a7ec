import API
import Foundation
import Synchronization
import Timing

/// Counters and latencies for Prometheus. [docs/metrics.md] has a line on each.
final class Metrics: Sendable {
    /// The stages of a request to classify.
    enum Stage: String, CaseIterable {
        /// From the first line of a request to its last byte.
        case read
        case decode
        /// From asking for the network to getting it.
        case queue
        case embed
        /// Finding the nearest prototypes, and the head's candidates.
        case search
        /// The decision, and the enrolled pictures that it is based on.
        case evidence
    }

    /// Caches of what takes long to make.
    enum Cache: String, CaseIterable { case classifier, head }

    private struct Key: Hashable { let route, method: String; let status: Int }

    private struct State {
        var requests: [Key: Int] = [:]
        var latencies: [String: Histogram] = [:]
        var stages: [Stage: Histogram] = [:]
        var batches = Histogram(bounds: [1, 2, 4, 8, 16, 32])
        var errors: [ErrorCode: Int] = [:]
        /// Lookups that found the value, and lookups that did not.
        var caches: [Cache: (hits: Int, misses: Int)] = [:]
        var backups = (succeeded: 0, failed: 0)
        var lastBackup: (at: Date?, took: Duration?)
        var unknown = 0
        var named = 0
    }

    /// The label of requests without a route.
    static let noRoute = "none"

    private static let requestBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    private static let stageBounds = [0.0001, 0.00025, 0.0005] + requestBounds
    private let state: Mutex<State>

    init(lastBackup: Date? = nil) { state = Mutex(State(lastBackup: (lastBackup, nil))) }

    /// Counts a request that was answered. All methods that the API does not use share one label.
    func count(route: String, method: String, status: Int, _ time: Duration) {
        let method = HTTPMethod(rawValue: method) == nil ? "other" : method
        state.withLock {
            $0.requests[Key(route: route, method: method, status: status), default: 0] += 1
            $0.latencies[route, default: Histogram(bounds: Self.requestBounds)].add(time.seconds)
        }
    }

    func count(_ stage: Stage, _ time: Duration) {
        state.withLock { $0.stages[stage, default: Histogram(bounds: Self.stageBounds)].add(time.seconds) }
    }

    func timed<T>(_ stage: Stage, _ work: () -> T) -> T {
        let start = ContinuousClock.now
        defer { count(stage, .now - start) }
        return work()
    }

    func count(_ error: ErrorCode) { state.withLock { $0.errors[error, default: 0] += 1 } }

    func count(_ cache: Cache, hit: Bool) {
        state.withLock { state in
            if hit {
                state.caches[cache, default: (0, 0)].hits += 1
            } else {
                state.caches[cache, default: (0, 0)].misses += 1
            }
        }
    }

    /// Counts a batch of images that went through the network.
    func countBatch(_ images: Int) { state.withLock { $0.batches.add(Double(images)) } }

    func countAnswers(named: Int, unknown: Int) {
        state.withLock {
            $0.named += named
            $0.unknown += unknown
        }
    }

    func countBackup(_ time: Duration?, succeeded: Bool) {
        state.withLock { state in
            guard succeeded else { return state.backups.failed += 1 }
            state.backups.succeeded += 1
            state.lastBackup = (Date(), time)
        }
    }

    /// All metrics as text, with gauges that were read at this moment.
    func text(gauges: [MetricFamily]) -> String {
        let state = state.withLock { $0 }
        let families = [
            MetricFamily("aniwho_requests_total", .counter, "Requests by route, method and status.") {
                state.requests.map {
                    (["route": $0.key.route, "method": $0.key.method, "status": "\($0.key.status)"], Double($0.value))
                }
            },
            MetricFamily(
                "aniwho_request_seconds", "Time from the whole request to its answer.",
                histograms: state.latencies.map { (["route": $0.key], $0.value) }),
            MetricFamily(
                "aniwho_stage_seconds", "Time of the stages of a request to classify.",
                histograms: state.stages.map { (["stage": $0.key.rawValue], $0.value) }),
            MetricFamily("aniwho_batch_images", "Images embedded together.", histograms: [([:], state.batches)]),
            MetricFamily("aniwho_answers_total", .counter, "Pictures classified, by outcome.") {
                [(["outcome": "named"], Double(state.named)), (["outcome": "unknown"], Double(state.unknown))]
            },
            MetricFamily("aniwho_errors_total", .counter, "Requests that were answered with an error, by its code.") {
                state.errors.map { (["code": $0.key.rawValue], Double($0.value)) }
            },
            MetricFamily("aniwho_cache_requests_total", .counter, "Lookups in caches, by outcome.") {
                Cache.allCases.flatMap { cache in
                    let (hits, misses) = state.caches[cache] ?? (0, 0)
                    return [
                        (["cache": cache.rawValue, "outcome": "hit"], Double(hits)),
                        (["cache": cache.rawValue, "outcome": "miss"], Double(misses)),
                    ]
                }
            },
            MetricFamily("aniwho_backups_total", .counter, "Backups since the start, by outcome.") {
                [
                    (["outcome": "succeeded"], Double(state.backups.succeeded)),
                    (["outcome": "failed"], Double(state.backups.failed)),
                ]
            },
            MetricFamily(
                "aniwho_backup_timestamp_seconds", .gauge, "When the last backup was complete; absent without one."
            ) {
                state.lastBackup.at.map { [([:], $0.timeIntervalSince1970)] } ?? []
            },
            MetricFamily("aniwho_backup_seconds", .gauge, "How long the last backup since the start took.") {
                state.lastBackup.took.map { [([:], $0.seconds)] } ?? []
            },
        ]
        return (families + gauges).map(\.text).joined()
    }
}
