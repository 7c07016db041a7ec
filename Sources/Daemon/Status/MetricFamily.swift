/// How often values were how large.
struct Histogram: Sendable {
    let bounds: [Double]
    /// Of values up to each bound and beyond the one before; the last, beyond all.
    private(set) var counts: [Int]
    private(set) var total = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        total += value
    }
}

/// A metric with all its series, in Prometheus' text exposition format 0.0.4.
struct MetricFamily: Sendable {
    enum Kind: String { case counter, gauge, histogram }
    typealias Labels = [String: String]

    let name: String
    /// Its lines, each with its end; none where there are no series.
    let text: String

    /// - Parameter samples: of each series, in any order.
    init(_ name: String, _ kind: Kind, _ help: String, _ samples: () -> [(labels: Labels, value: Double)]) {
        self.init(
            name, kind, help,
            lines: samples().map { "\(name)\(Self.braces($0.labels)) \(Self.number($0.value))" }.sorted())
    }

    /// A gauge of one series.
    init(_ name: String, _ help: String, _ value: Double) {
        self.init(name, .gauge, help) { [([:], value)] }
    }

    init(_ name: String, _ help: String, histograms: [(labels: Labels, histogram: Histogram)]) {
        let ordered = histograms.sorted { Self.braces($0.labels) < Self.braces($1.labels) }
        self.init(name, .histogram, help, lines: ordered.flatMap { Self.lines(name, $0.labels, $0.histogram) })
    }

    private init(_ name: String, _ kind: Kind, _ help: String, lines: [String]) {
        self.name = name
        let all = lines.isEmpty ? [] : ["# HELP \(name) \(help)", "# TYPE \(name) \(kind.rawValue)"] + lines
        text = all.map { $0 + "\n" }.joined()
    }

    private static func lines(_ name: String, _ labels: Labels, _ histogram: Histogram) -> [String] {
        var running = 0
        var lines: [String] = []
        for (bound, count) in zip(histogram.bounds.map { String($0) } + ["+Inf"], histogram.counts) {
            running += count
            lines.append("\(name)_bucket\(braces(labels, last: ("le", bound))) \(running)")
        }
        return lines + ["\(name)_sum\(braces(labels)) \(histogram.total)", "\(name)_count\(braces(labels)) \(running)"]
    }

    /// Whole ones, as counts are, without a fraction.
    private static func number(_ value: Double) -> String { Int(exactly: value).map { String($0) } ?? String(value) }

    private static func braces(_ labels: Labels, last: (String, String)? = nil) -> String {
        let pairs = labels.sorted { $0.key < $1.key } + (last.map { [(key: $0.0, value: $0.1)] } ?? [])
        guard !pairs.isEmpty else { return "" }
        return "{" + pairs.map { "\($0.key)=\"\(escaped($0.value))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.map { ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"][$0] ?? String($0) }.joined()
    }
}
