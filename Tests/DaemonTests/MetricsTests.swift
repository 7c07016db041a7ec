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
        metrics.count(route: "/v1/x", method: "GET", status: 200, seconds: 0.004)
        metrics.count(route: "/v1/x", method: "GET", status: 200, seconds: 20)
        metrics.count(route: "/v1/x", method: "GET", status: 404, seconds: 0.001)
        metrics.countAnswers(named: 2, unknown: 1)
        let text = metrics.text(gauges: [("aniwho_images", "Images.", 7)])
        for line in [
            "aniwho_requests_total{route=\"/v1/x\",method=\"GET\",status=\"200\"} 2",
            "aniwho_requests_total{route=\"/v1/x\",method=\"GET\",status=\"404\"} 1",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"0.001\"} 1",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"0.005\"} 2",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"10.0\"} 2",
            "aniwho_request_seconds_bucket{route=\"/v1/x\",le=\"+Inf\"} 3",
            "aniwho_request_seconds_count{route=\"/v1/x\"} 3", "aniwho_answers_total{outcome=\"named\"} 2",
            "aniwho_answers_total{outcome=\"unknown\"} 1", "# TYPE aniwho_images gauge", "aniwho_images 7.0",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    }
}
