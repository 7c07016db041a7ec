import Registry
import Synchronization

/// Compares a classifier's classes with the enrolled characters.
///
/// A classifier never names a character outside its classes. Answers therefore list the enrolled characters that it cannot name.
final class ClassifierCoverage: Sendable {
    /// The part of an answer about coverage.
    struct Report: Sendable, Equatable {
        /// Enrolled characters that the classifier was not trained on, sorted.
        var untrained: [String] = []
        /// A sentence each.
        var warnings: [String] = []
    }

    private let classes: Set<String>
    /// The latest report and the registry's revision that it was made for: only a change makes it again.
    private let latest = Mutex<(revision: Int, report: Report)?>(nil)

    /// A warning names at most so many characters.
    static let namesInSentence = 20

    init(classes: [String]) { self.classes = Set(classes) }

    /// Compares with what is enrolled at the time of the call, or later.
    func report(on registry: Registry) -> Report {
        let revision = registry.supportRevision
        if let latest = latest.withLock({ $0 }), latest.revision == revision { return latest.report }
        let report = compare(with: registry.enrolledNames)
        latest.withLock { $0 = (revision, report) }
        return report
    }

    private func compare(with enrolled: [String]) -> Report {
        let untrained = enrolled.filter { !classes.contains($0) }.sorted()
        var warnings: [String] = []
        if !untrained.isEmpty {
            warnings.append(
                "the classifier was not trained on \(Self.count(untrained)) and never names them: "
                    + Self.sentence(untrained))
        }
        let gone = enrolled.isEmpty ? [] : classes.subtracting(enrolled).sorted()
        if !gone.isEmpty {
            warnings.append("the classifier also names \(Self.count(gone)) not enrolled: " + Self.sentence(gone))
        }
        return Report(untrained: untrained, warnings: warnings)
    }

    private static func count(_ names: [String]) -> String {
        "\(names.count) character\(names.count == 1 ? "" : "s")"
    }

    private static func sentence(_ names: [String]) -> String {
        let rest = names.count - namesInSentence
        return names.prefix(namesInSentence).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
