import Charts
import Training

/// A confusion matrix: a row for the right class, a column for the answer. A cell is as dark as its share of the row.
struct ConfusionChart {
    private let classes: [String]
    private let counts: [RunDetails.Count]
    /// The side of a cell, and the position of the first one.
    private let cell: Double
    private let margin: Double
    /// The number of pictures of each class.
    private let totals: [Int]

    init(classes: [String], counts: [RunDetails.Count]) {
        (self.classes, self.counts) = (classes, counts)
        cell = classes.count <= 32 ? 22 : classes.count <= 64 ? 15 : 11
        let longest = classes.map { Self.short($0).count }.max() ?? 0
        margin = Double(longest) * cell * 0.34 + 14
        totals = counts.reduce(into: [Int](repeating: 0, count: classes.count)) { $0[$1.label] += $1.images }
    }

    /// The side of the picture in pixels.
    var side: Double { margin + cell * Double(classes.count) + 2 }

    private static func short(_ name: String) -> String { name.count > 18 ? name.prefix(17) + "…" : name }

    var svg: String {
        SVG.picture(
            width: side, height: side,
            label: "Confusion matrix of \(classes.count) classes; the pairs most often confused are listed below it",
            attributes: "width=\"\(Int(side))\" height=\"\(Int(side))\" class=\"confusion\"", frame + names + cells)
    }

    private func place(_ index: Int) -> Double { margin + cell * Double(index) }

    private var frame: [String] {
        let width = Figure.place(cell * Double(classes.count))
        let lines = (0...classes.count).flatMap { index in
            [
                SVG.line((margin, place(index)), (place(classes.count), place(index)), "grid"),
                SVG.line((place(index), margin), (place(index), place(classes.count)), "grid"),
            ]
        }
        let ground =
            "<rect x=\"\(Figure.place(margin))\" y=\"\(Figure.place(margin))\" width=\"\(width)\" height=\"\(width)\" class=\"ground\"/>"
        return [ground] + lines
    }

    private var names: [String] {
        let size = Figure.decimal(min(12, cell * 0.62), 1)
        return classes.enumerated().flatMap { index, name -> [String] in
            let middle = place(index) + cell / 2
            let text = "<title>\(name.escaped)</title>\(Self.short(name).escaped)"
            let row = "<text x=\"\(Figure.place(margin - 6))\" y=\"\(Figure.place(middle + cell * 0.2))\""
            let turn = "rotate(-90 \(Figure.place(middle + cell * 0.2)) \(Figure.place(margin - 6)))"
            let column =
                "<text x=\"\(Figure.place(middle + cell * 0.2))\" y=\"\(Figure.place(margin - 6))\" transform=\"\(turn)\""
            return [
                "\(row) class=\"end\" font-size=\"\(size)\">\(text)</text>",
                "\(column) font-size=\"\(size)\">\(text)</text>",
            ]
        }
    }

    private var cells: [String] {
        counts.map { count in
            let part = Double(count.images) / Double(max(totals[count.label], 1))
            let isRight = count.label == count.told
            let (x, y) = (place(count.told), place(count.label))
            let what =
                "\(classes[count.label]) named as \(classes[count.told]): \(count.images) of \(totals[count.label])"
            let opacity = Figure.decimal(isRight ? 0.12 + 0.88 * part : min(1, 0.25 + 1.5 * part), 2)
            let box =
                "<rect x=\"\(Figure.place(x))\" y=\"\(Figure.place(y))\" width=\"\(cell)\" height=\"\(cell)\" class=\"\(isRight ? "right" : "wrong")\" fill-opacity=\"\(opacity)\"/>"
            let isDark = isRight ? part > 0.45 : part > 0.25
            let number =
                cell < 15
                ? ""
                : "<text x=\"\(Figure.place(x + cell / 2))\" y=\"\(Figure.place(y + cell * 0.68))\" class=\"middle\(isDark ? " light" : "")\" font-size=\"\(Figure.decimal(cell * 0.48, 1))\">\(count.images)</text>"
            return "<g><title>\(what.escaped)</title>\(box)\(number)</g>"
        }
    }

    /// The most frequent mistakes, with the number of pictures of the right class.
    func mostConfused(_ count: Int) -> [(label: String, told: String, images: Int, of: Int)] {
        counts.filter { $0.label != $0.told }
            .sorted { ($1.images, $0.label, $0.told) < ($0.images, $1.label, $1.told) }.prefix(count)
            .map { (classes[$0.label], classes[$0.told], $0.images, totals[$0.label]) }
    }
}
