import API
import Foundation
import Testing

@testable import Daemon

/// The text that Prometheus reads.
@Suite struct MetricsTests {
    @Test func `a histogram counts everything up to its bound`() {
        let metrics = Metrics()
        for images in [1, 2, 3, 8, 33, 1] { metrics.countBatch(images) }
        let lines = metrics.text(gauges: []).split(separator: "\n").filter { $0.hasPrefix("aniwho_batch_images") }
        #expect(
            lines == [
                "aniwho_batch_images_bucket{le=\"1.0\"} 2", "aniwho_batch_images_bucket{le=\"2.0\"} 3",
                "aniwho_batch_images_bucket{le=\"4.0\"} 4", "aniwho_batch_images_bucket{le=\"8.0\"} 5",
                "aniwho_batch_images_bucket{le=\"16.0\"} 5", "aniwho_batch_images_bucket{le=\"32.0\"} 5",
                "aniwho_batch_images_bucket{le=\"+Inf\"} 6", "aniwho_batch_images_sum 48.0",
                "aniwho_batch_images_count 6",
            ])
    }

    @Test func `requests are told apart by route, method and status`() {
        let metrics = Metrics()
        metrics.count(route: "/v1/x", method: "GET", status: 200, .milliseconds(4))
        metrics.count(route: "/v1/x", method: "GET", status: 200, .seconds(20))
        metrics.count(route: "/v1/x", method: "GET", status: 404, .milliseconds(1))
        metrics.countAnswers(named: 2, unknown: 1)
        let text = metrics.text(gauges: [MetricFamily("aniwho_images", "Images.", 7)])
        for line in [
            "aniwho_requests_total{method=\"GET\",route=\"/v1/x\",status=\"200\"} 2",
            "aniwho_requests_total{method=\"GET\",route=\"/v1/x\",status=\"404\"} 1",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"0.001\"} 1",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"0.005\"} 2",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"10.0\"} 2",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"+Inf\"} 3",
            "aniwho_request_seconds_count{route=\"/v1/x\"} 3", "aniwho_answers_total{outcome=\"named\"} 2",
            "aniwho_answers_total{outcome=\"unknown\"} 1", "# TYPE aniwho_images gauge", "aniwho_images 7",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    }

    /// Else whoever asks could make as many series as there are words.
    @Test func `methods that the API does not have are one`() {
        let metrics = Metrics()
        for method in ["BREW", "A\"\nB", "PUT"] {
            metrics.count(route: Metrics.noRoute, method: method, status: 405, .zero)
        }
        let lines = metrics.text(gauges: []).split(separator: "\n").filter { $0.hasPrefix("aniwho_requests_total{") }
        #expect(lines == ["aniwho_requests_total{method=\"other\",route=\"none\",status=\"405\"} 3"])
    }

    @Test func `labels are escaped`() {
        let family = MetricFamily("a", .gauge, "x") { [(["b": "c\\d\"e\nf"], 1)] }
        #expect(family.text.hasSuffix("a{b=\"c\\\\d\\\"e\\nf\"} 1\n"))
    }

    /// As Prometheus' own parser and its conventions have it.
    @Test func `what a daemon tells is well formed`() async throws {
        let fixture = try await DaemonFixture()
        try await fixture.enroll("A", images: 3, seed: 1)
        let services = fixture.services
        let file = FilePart(name: nil, bytes: try Samples.picture("strangers/1.png"))
        _ = try await ClassifyImages.answer(.init(files: [file]), services)
        let router = Router(services: services, routes: routeTable)
        _ = router.refusal(APIError(.routeNotFound, "x"), method: "GET", target: "/x")
        services.metrics.count(route: "/v1/status", method: "GET", status: 200, .milliseconds(3))
        services.metrics.count(.read, .milliseconds(1))
        services.metrics.countBackup(.seconds(1), succeeded: true)
        let text = try await FetchMetrics.answer(.init(), services).text
        let parsed = try ExpositionText(text)
        for stage in Metrics.Stage.allCases {
            #expect(text.contains("aniwho_stage_seconds_count{stage=\"\(stage.rawValue)\"} 1\n"), "\(stage)")
        }
        #expect(text.contains("aniwho_errors_total{code=\"route_not_found\"} 1"))
        #expect(text.contains("aniwho_images 3") && text.contains("aniwho_jobs{state=\"queued\"} 0"))
        // What the documentation lists is what there is.
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/metrics.md"),
            encoding: .utf8)
        let listed = Set(page.matches(of: /(?m)^\| `(\w+)/).map { String($0.1) })
        // Without a calibration it is absent.
        #expect(listed == parsed.families.union(["aniwho_calibration_timestamp_seconds"]))
    }
}

/// Prometheus' text exposition format 0.0.4, read strictly.
struct ExpositionText {
    private(set) var families: Set<String> = []

    struct Malformed: Error { let line: Substring }

    /// - Throws: ``Malformed`` with the first line that is wrong: no metric's, out of place, or against the conventions.
    init(_ text: String) throws {
        let label = #/[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"/#
        let sample = /([a-zA-Z_:][\w:]*)(\{.*\})? (-?\d+(?:\.\d+)?(?:e[-+]?\d+)?|\+Inf|NaN)/
        guard text.hasSuffix("\n") else { throw Malformed(line: text.suffix(20)) }
        var (name, kind) = ("", "")
        var series: Set<Substring> = []
        var bucket = (series: "", count: 0.0)
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            func check(_ isRight: Bool) throws { if !isRight { throw Malformed(line: line) } }
            if let help = line.wholeMatch(of: /# HELP (\w+) (.+)/) {
                name = String(help.1)
                try check(families.insert(name).inserted)
                kind = ""
            } else if let type = line.wholeMatch(of: /# TYPE (\w+) (counter|gauge|histogram)/) {
                kind = String(type.2)
                try check(type.1 == name && (kind == "counter") == name.hasSuffix("_total"))
            } else {
                guard let found = line.wholeMatch(of: sample), !kind.isEmpty else { throw Malformed(line: line) }
                let labels = found.2?.dropFirst().dropLast() ?? ""
                try check(labels.isEmpty || labels.split(separator: ",").allSatisfy { $0.wholeMatch(of: label) != nil })
                try check(series.insert(found.1 + labels).inserted)
                let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                try check(suffixes.contains { found.1 == name + $0 })
                guard found.1.hasSuffix("_bucket"), let count = Double(found.3) else { continue }
                // Buckets of one series are cumulative.
                let bound = labels.firstMatch(of: /,?le="[^"]*"$/)
                let own = String(found.1) + (bound.map { labels[..<$0.range.lowerBound] } ?? labels)
                try check(own != bucket.series || count >= bucket.count)
                bucket = (own, count)
            }
        }
    }
}
