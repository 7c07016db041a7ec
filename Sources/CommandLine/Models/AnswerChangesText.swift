import API

/// The text about answers on enrolled images that change with another model or head.
enum AnswerChangesText {
    /// Answers that are shown to people.
    private static let shown = 40

    /// How many answers are what before and after, in two lines.
    static func summary(_ totals: AnswerTotals) -> String {
        guard totals.asked > 0 else { return "no image could be asked: no character has two" }
        func right(_ counts: AnswerCounts) -> String {
            "\(counts.right) (\(Show.percent(Double(counts.right) / Double(totals.asked))))"
        }
        let of = totals.asked < totals.images ? " of \(totals.images)" : ""
        return """
            \(Show.count(totals.asked, "image"))\(of) asked as if not enrolled, \(Show.count(totals.changed, "answer changes", "answers change"))
            named rightly \(right(totals.before)) before, \(right(totals.after)) after; unknown \(totals.before.unknown) before, \(totals.after.unknown) after
            """
    }

    static func print(_ answers: AnswerChanges, _ console: Console) {
        console.print(summary(answers.totals))
        guard !answers.changes.isEmpty else { return }
        var table = TextTable(("IMAGE", .right), ("CHARACTER", .left), ("BEFORE", .left), ("AFTER", .left))
        for change in answers.changes.prefix(shown) {
            table.add(
                String(change.image), change.character, change.before ?? "(unknown)", change.after ?? "(unknown)")
        }
        console.print("\n" + table.text)
        if answers.changes.count > shown {
            console.print("and \(answers.changes.count - shown) more: --json lists all")
        }
        console.print("")
    }
}
