import Testing

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
