import API
import Embedding
import FewShot
import Options
import Statistics

/// What `aniwho evaluate --decisions` prints: how registries of several sizes decide between a name and "unknown".
struct DecisionTable {
    /// The numbers of pictures that characters are enrolled with; several for characters with different numbers.
    private static let shots = [[1], [2], [3], [5], [10], [1, 2, 3, 5, 10]]
    private static let sizes = [6, 20, 100, 500]

    /// One row; its JSON keys are a contract.
    private struct Row: Encodable {
        let characters: Int
        let shots: [Int]
        let namedRightly, namedWrongly, falseAccepts: Estimate
        let calibrationError: Double
    }

    private let rows: [Row]

    /// - Parameters:
    ///   - embeddings: for each character, the embeddings of its pictures.
    ///   - hasOneMean: whether each character has one mean, even if its pictures fall into groups.
    ///   - calibrates: whether each registry is calibrated on its own pictures first.
    ///   - draws: registries for each row.
    /// - Throws: `Failure` if the model has no decision rule; ``DataSetError`` if there are too few pictures.
    init(
        _ embeddings: [[[Float]]], _ model: Model, falseAccepts: Double, hasOneMean: Bool, calibrates: Bool, draws: Int,
        seed: UInt64, _ console: Console
    ) throws {
        let rule = try model.ownRule
        let eligible = embeddings.count { $0.count > 1 }
        // The largest size that there is enough for takes the place of those that there is not.
        let sizes = Self.sizes.filter { $0 < eligible } + [min(eligible, Self.sizes[Self.sizes.count - 1])]
        let progress = ProgressBar("evaluating", total: sizes.count * Self.shots.count, console: console)
        var rows: [Row] = []
        for size in sizes {
            for shots in Self.shots {
                // Large registries ask about more pictures in each draw.
                let result = try DecisionEvaluation(
                    embeddings, rule: rule, grouping: hasOneMean ? nil : rule.covariance, falseAccepts: falseAccepts,
                    .init(characters: size, shots: shots),
                    calibrates: calibrates, draws: max(4, draws * 20 / max(20, size)), seed: seed)
                rows.append(
                    Row(
                        characters: result.characters, shots: shots, namedRightly: result.namedRightly,
                        namedWrongly: result.namedWrongly, falseAccepts: result.falseAccepts,
                        calibrationError: result.calibrationError))
                progress.update(rows.count)
            }
        }
        self.rows = rows
    }

    func print(_ console: Console) throws {
        if console.isJSON { return try console.print(json: rows) }
        var table = TextTable(
            ("CHARACTERS", .right), ("PICTURES", .left), ("NAMED RIGHTLY", .left), ("NAMED WRONGLY", .left),
            ("STRANGERS NAMED", .left), ("CALIBRATION ERROR", .right))
        for row in rows {
            let shots = row.shots.count == 1 ? String(row.shots[0]) : row.shots.map(String.init).joined(separator: "–")
            table.add(
                String(row.characters), shots, Show.estimate(row.namedRightly), Show.estimate(row.namedWrongly),
                Show.estimate(row.falseAccepts), Show.percent(row.calibrationError))
        }
        console.print(table)
    }
}

extension Model {
    /// The decision rule in the model's file.
    /// - Throws: `Failure` if it has none.
    var ownRule: DecisionRule {
        get throws {
            guard let decision else {
                throw Failure(
                    .badModel,
                    "the model has no decision rule: fit one with aniwho readout, with a folder for each character")
            }
            return decision
        }
    }
}
