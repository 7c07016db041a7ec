import Charts

/// A table that can be sorted by clicking its last row of headings.
struct Table {
    struct Head {
        let title: String
        var isText = false

        init(_ title: String, text: Bool = false) { (self.title, isText) = (title, text) }

        var html: String {
            "<th scope=\"col\"\(isText ? " class=\"text\" data-first=\"ascending\"" : "")>\(title.escaped)</th>"
        }
    }

    /// A cell's HTML, and its sort key. An empty key sorts last.
    struct Cell {
        let html: String
        let value: String
        var style: String

        /// - Parameter html: escaped already.
        init(html: String, value: String, style: String = "") {
            (self.html, self.value, self.style) = (html, value, style)
        }

        init(_ text: String, value: Double? = nil, style: String = "") {
            self.init(html: text.escaped, value: value.map { "\($0)" } ?? text, style: style)
        }

        /// A cell without a value.
        static func none(_ why: String = "–") -> Cell { Cell(html: why.escaped, value: "", style: "none") }
    }

    struct Row {
        let head: Cell
        let cells: [Cell]
        var isBest = false
    }

    let caption: String
    /// A CSS class, for the table's look on a phone.
    var style = ""
    /// A row above the headings: titles with the number of columns that each spans.
    var groups: [(title: String, columns: Int)] = []
    let heads: [Head]
    let rows: [Row]

    var html: String {
        let above = groups.enumerated().map { index, group in
            let scope = group.title.isEmpty ? "" : " scope=\"colgroup\""
            let style = index == 0 ? "corner" : group.title.isEmpty ? "" : "group"
            let tag = group.title.isEmpty ? "td" : "th"
            return "<\(tag) colspan=\"\(group.columns)\" class=\"\(style)\"\(scope)>\(group.title.escaped)</\(tag)>"
        }
        return """
            <div class="box" role="region" aria-label="\(caption.escaped)" tabindex="0">
            <table class="sortable\(style.isEmpty ? "" : " " + style)">
            <thead>
            \(groups.isEmpty ? "" : "<tr>\(above.joined())</tr>\n")<tr>\(heads.map(\.html).joined())</tr>
            </thead>
            <tbody>
            \(rows.map(html).joined(separator: "\n"))
            </tbody>
            </table>
            </div>
            """
    }

    private func html(_ row: Row) -> String {
        let head = "<th scope=\"row\" data-v=\"\(row.head.value.escaped)\"\(Self.style(row.head))>\(row.head.html)</th>"
        let cells = row.cells.map { "<td data-v=\"\($0.value.escaped)\"\(Self.style($0))>\($0.html)</td>" }
        return "<tr\(row.isBest ? " class=\"best\"" : "")>\(head)\(cells.joined())</tr>"
    }

    private static func style(_ cell: Cell) -> String { cell.style.isEmpty ? "" : " class=\"\(cell.style)\"" }
}
