import Foundation
import Synchronization

/// Counters and latencies for Prometheus (text exposition format 0.0.4).
final class Metrics: Sendable {
    private struct Key: Hashable { let route, method: String; let status: Int }

    private struct State {
        var requests: [Key: Int] = [:]
        var latencies: [String: Histogram] = [:]
        var batches = Histogram(bounds: [1, 2, 4, 8, 16, 32])
        var unknown = 0
        var named = 0
    }

    private struct Histogram {
        let bounds: [Double]
        var counts: [Int]
        var total = 0.0

        init(bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count + 1)
        }

        mutating func add(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            total += value
        }

        /// The lines of one series.
        func lines(_ name: String, _ label: String) -> [String] {
            var running = 0
            var lines: [String] = []
            for (bound, count) in zip(bounds.map { String($0) } + ["+Inf"], counts) {
                running += count
                lines.append("\(name)_bucket{\(label)le=\"\(bound)\"} \(running)")
            }
            let bare = label.isEmpty ? "" : "{\(label.dropLast())}"
            return lines + ["\(name)_sum\(bare) \(total)", "\(name)_count\(bare) \(running)"]
        }
    }

    private static let latencyBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
    private let state = Mutex(State())

    func count(route: String, method: String, status: Int, seconds: Double) {
        state.withLock {
            $0.requests[Key(route: route, method: method, status: status), default: 0] += 1
            $0.latencies[route, default: Histogram(bounds: Self.latencyBounds)].add(seconds)
        }
    }

    /// A batch of so many images went through the network.
    func countBatch(_ images: Int) { state.withLock { $0.batches.add(Double(images)) } }

    func countAnswers(named: Int, unknown: Int) {
        state.withLock {
            $0.named += named
            $0.unknown += unknown
        }
    }

    /// Everything, with gauges read at this moment.
    func text(gauges: [(name: String, help: String, value: Double)]) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String, _ body: [String]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"] + body
        }
        family(
            "aniwho_requests_total", "counter", "Requests by route, method and status.",
            state.requests.map {
                "aniwho_requests_total{route=\"\($0.key.route)\",method=\"\($0.key.method)\",status=\"\($0.key.status)\"} \($0.value)"
            }.sorted())
        family(
            "aniwho_request_seconds", "histogram", "Time from the whole request to its answer.",
            state.latencies.sorted { $0.key < $1.key }.flatMap {
                $0.value.lines("aniwho_request_seconds", "route=\"\($0.key)\",")
            })
        family(
            "aniwho_batch_images", "histogram", "Images embedded together.",
            state.batches.lines("aniwho_batch_images", ""))
        family(
            "aniwho_answers_total", "counter", "Pictures classified, by outcome.",
            [
                "aniwho_answers_total{outcome=\"named\"} \(state.named)",
                "aniwho_answers_total{outcome=\"unknown\"} \(state.unknown)",
            ])
        for gauge in gauges { family(gauge.name, "gauge", gauge.help, ["\(gauge.name) \(gauge.value)"]) }
        return lines.joined(separator: "\n") + "\n"
    }
}
