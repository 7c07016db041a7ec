import API
import FewShot
import Options
import Statistics

/// What `aniwho evaluate --appearances` prints: one mean for each character, and a mean for each of its appearances.
struct AppearanceTable {
    /// Characters of a registry.
    static let characters = 14
    /// The numbers of pictures to enroll, of the first list and of the second.
    private static let shots = [[5, 5], [2, 8], [8, 2], [5, 0], [10, 0]]

    /// One row; its JSON keys are a contract.
    private struct Row: Encodable {
        /// Of the first list and of the second.
        let shots: [Int]
        /// How many there are to draw from.
        let characters: Int
        let oneMean, appearances: Result
    }

    /// How one kind of means does.
    private struct Result: Encodable {
        let right, namedRightly: Estimate
        /// Pictures of the rarer list, or of both if they are enrolled alike.
        let rareNamedRightly: Estimate
        /// The mean number of a character's appearances.
        let appearances: Double

        init(_ result: AppearanceEvaluation) {
            (right, namedRightly) = (result.right, result.namedRightly)
            (rareNamedRightly, appearances) = (result.rareNamedRightly, result.appearances)
        }
    }

    private let rows: [Row]

    /// - Parameters:
    ///   - embeddings: for each character, the embeddings of its pictures in both lists.
    ///   - draws: registries for each row.
    /// - Throws: ``DataSetError`` if there are too few characters for every row.
    init(
        _ embeddings: [(first: [[Float]], second: [[Float]])], rule: DecisionRule, falseAccepts: Double, draws: Int,
        seed: UInt64, _ console: Console
    ) throws {
        let progress = ProgressBar("evaluating", total: Self.shots.count, console: console)
        var rows: [Row] = []
        for (number, shots) in Self.shots.enumerated() {
            func measure(_ grouping: TwoCovariance?) throws(DataSetError) -> AppearanceEvaluation {
                try AppearanceEvaluation(
                    embeddings, rule: rule, grouping: grouping,
                    .init(characters: Self.characters, first: shots[0], second: shots[1]), falseAccepts: falseAccepts,
                    draws: draws, seed: seed)
            }
            let (one, several) = (try measure(nil), try measure(rule.covariance))
            rows.append(
                Row(shots: shots, characters: one.characters, oneMean: Result(one), appearances: Result(several)))
            progress.update(number + 1)
        }
        self.rows = rows
    }

    func print(_ console: Console) throws {
        if console.isJSON { return try console.print(json: rows) }
        var table = TextTable(
            ("PICTURES", .left), ("CHARACTERS", .right), ("MEANS", .left), ("RIGHT", .left), ("NAMED RIGHTLY", .left),
            ("OF THE RARER", .left), ("APPEARANCES", .right))
        for row in rows {
            for (kind, result) in [("one", row.oneMean), ("of appearances", row.appearances)] {
                table.add(
                    row.shots.filter { $0 > 0 }.map(String.init).joined(separator: " + "), String(row.characters), kind,
                    Show.estimate(result.right), Show.estimate(result.namedRightly),
                    Show.estimate(result.rareNamedRightly), Show.decimal(result.appearances, 2))
            }
        }
        console.print(table)
    }
}
