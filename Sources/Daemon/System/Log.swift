import API
import Foundation
import Synchronization

/// Events on standard error, one line each: text for people, JSON for machines.
public final class Log: Sendable {
    public enum Level: Int, Sendable, CaseIterable, Comparable {
        case debug, info, warning, error
        public static func < (first: Level, second: Level) -> Bool { first.rawValue < second.rawValue }
        public var name: String { String(describing: self) }

        /// Of an answer with this status: an error where it is the daemon's, not one that its sender can mend.
        static func of(status: Int, otherwise level: Level) -> Level { [500, 507].contains(status) ? .error : level }

        public init?(name: String) {
            guard let level = Level.allCases.first(where: { $0.name == name }) else { return nil }
            self = level
        }
    }

    public enum Format: String, Sendable, CaseIterable { case text, json }

    private struct Manner { var threshold: Level; var format: Format }
    /// Held while a line is written, so that no two mix.
    private let manner: Mutex<Manner>

    public init(threshold: Level, format: Format) {
        manner = Mutex(Manner(threshold: threshold, format: format))
    }

    /// What is written from now on, and how.
    func change(threshold: Level, format: Format) {
        manner.withLock { $0 = Manner(threshold: threshold, format: format) }
    }

    public func write(_ level: Level, _ event: String, _ fields: [String: String] = [:]) {
        let manner = manner.withLock { $0 }
        guard level >= manner.threshold else { return }
        var line = Self.line(level, event, fields, manner.format)
        line.append(UInt8(ascii: "\n"))
        self.manner.withLock { _ in try? FileHandle.standardError.write(contentsOf: line) }
    }

    private static func line(_ level: Level, _ event: String, _ fields: [String: String], _ format: Format) -> Data {
        let time = Date().ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .json:
            let all = fields.merging(["time": time, "level": level.name, "event": event]) { $1 }
            return (try? JSON.encode(all)) ?? Data()
        case .text:
            let pairs = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }
            return Data("\(time) \(level.name) \(event)\(pairs.joined())".utf8)
        }
    }

    /// Quoted where it is not one plain word, so that no value can forge another event.
    private static func quoted(_ value: String) -> String {
        let plain = value.unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && $0 != "=" && $0.value != 127 }
        guard !plain || value.isEmpty else { return value }
        let escaped = value.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 32 || scalar.value == 127: "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
