import API
import Foundation
import Registry

extension FetchMetrics: Route {
    static func answer(_ request: Request, _ services: Services) async throws -> Response {
        let registry = try await registry(services)
        return Response(text: services.metrics.text(gauges: work(services) + registry + process(services)))
    }

    private static func registry(_ services: Services) async throws -> [MetricFamily] {
        let counts = try await services.registry.counts()
        let jobs = try await services.registry.jobCounts()
        let rejections = try await services.registry.rejectionCount()
        let file = services.dataDirectory + "/aniwho.db"
        let calibrated = (try? await services.models.active(timeout: .zero)).flatMap {
            services.calibrations.active(for: $0.model)?.madeAt
        }
        return [
            MetricFamily("aniwho_characters", "Characters in the registry.", Double(counts.characters)),
            MetricFamily("aniwho_images", "Images in the registry.", Double(counts.images)),
            MetricFamily(
                "aniwho_pack_images", "Images in the registry that are vectors of cast packs.",
                Double(counts.packImages)),
            MetricFamily("aniwho_prototypes", "Prototypes that a search compares with.", Double(counts.prototypes)),
            MetricFamily(
                "aniwho_rejections", "Rejections: pictures that do not show a certain character.", Double(rejections)),
            MetricFamily("aniwho_models", "Models in the registry.", Double(counts.models)),
            MetricFamily("aniwho_classifiers", "Trained classifiers in the registry.", Double(counts.classifiers)),
            MetricFamily("aniwho_jobs", .gauge, "Jobs by state.") {
                JobState.allCases.map { (["state": $0.rawValue], Double(jobs[$0] ?? 0)) }
            },
            MetricFamily(
                "aniwho_calibration_timestamp_seconds", .gauge,
                "When the calibration in use was made; absent without one."
            ) {
                calibrated.map { [([:], $0.timeIntervalSince1970)] } ?? []
            },
            MetricFamily("aniwho_database_bytes", .gauge, "Size of the registry's files.") {
                [
                    (["file": "database"], Double(ProcessFigures.bytes(ofFile: file))),
                    (["file": "log"], Double(ProcessFigures.bytes(ofFile: file + "-wal"))),
                ]
            },
        ]
    }

    private static func work(_ services: Services) -> [MetricFamily] {
        let connections = services.connections.figures
        let network = connections.open.reduce(0) { sum, peer in
            if case .user = peer.key { sum } else { sum + peer.value }
        }
        return [
            MetricFamily("aniwho_queue_images", .gauge, "Images that wait for a network.") {
                [
                    (["network": "classifiers"], Double(services.classifiers.inference.waitingImages)),
                    (["network": "model"], Double(services.inference.waitingImages)),
                ]
            },
            MetricFamily("aniwho_computations", .gauge, "Long computations under way, by kind.") {
                services.sharedWork.map { (["kind": $0.name], Double($0.figures.computations)) }
            },
            MetricFamily("aniwho_computation_requests", .gauge, "Requests that wait for a long computation, by kind.") {
                services.sharedWork.map { (["kind": $0.name], Double($0.figures.requests)) }
            },
            MetricFamily("aniwho_connections", .gauge, "Open connections.") {
                [
                    (["over": "socket"], Double(connections.open.values.reduce(0, +) - network)),
                    (["over": "tcp"], Double(network)),
                ]
            },
            MetricFamily("aniwho_connections_total", .counter, "Connections by outcome.") {
                [
                    (["outcome": "accepted"], Double(connections.accepted)),
                    (["outcome": "refused"], Double(connections.refused)),
                    (["outcome": "displaced"], Double(connections.displaced)),
                    (["outcome": "expired"], Double(connections.expired)),
                ]
            },
        ]
    }

    private static func process(_ services: Services) -> [MetricFamily] {
        [
            MetricFamily("aniwho_info", .gauge, "The version, as a label.") { [(["version": Version.current], 1)] },
            MetricFamily(
                "process_start_time_seconds", "When the daemon started.", services.startDate.timeIntervalSince1970),
            MetricFamily("process_resident_memory_bytes", "Memory in RAM.", Double(ProcessFigures.residentBytes)),
            MetricFamily("process_open_fds", "Open files and connections.", Double(ProcessFigures.openFiles)),
            MetricFamily("process_max_fds", "How many may be open.", Double(OpenFiles.limit)),
            MetricFamily("process_cpu_seconds_total", .counter, "Time on a processor.") {
                [([:], ProcessFigures.processorSeconds)]
            },
        ]
    }
}

/// The resources that this process uses.
enum ProcessFigures {
    /// Memory in RAM, in bytes; 0 when `/proc` is missing.
    static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * Int(getpagesize())
    }

    /// Open files and connections; 0 when `/proc` is missing.
    static var openFiles: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }

    /// The processor time of all threads, in seconds. The system counts microseconds.
    static var processorSeconds: Double { Double(clock()) / 1e6 }

    /// A file's size in bytes; 0 when there is no such file.
    static func bytes(ofFile path: String) -> Int {
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
        return size?.intValue ?? 0
    }
}
