/// The colors that pages and pictures share, and how charts are drawn.
public enum ChartStyle {
    private struct Color {
        let name, day, night: String

        init(_ name: String, _ day: String, _ night: String) { (self.name, self.day, self.night) = (name, day, night) }
    }

    private static let colors = [
        Color("paper", "#ffffff", "#15141a"), Color("ink", "#1d1c22", "#eae8ef"), Color("muted", "#5c5a64", "#a8a5b1"),
        Color("line", "#dedce3", "#35333d"), Color("wash", "#f6f5f8", "#1e1d25"), Color("mark", "#fff6df", "#2d2817"),
        Color("ours", "#1b5fa6", "#82b7f4"), Color("theirs", "#77747f", "#96939f"), Color("few", "#b1470c", "#f2a467"),
        Color("wrong", "#b3261e", "#ff8a80"), Color("right", "#1b5fa6", "#82b7f4"),
    ]

    /// CSS variables with the colors of a light screen.
    public static let day = colors.map { "--\($0.name): \($0.day);" }.joined(separator: " ")

    /// CSS variables with the colors of a dark screen.
    public static let night = colors.map { "--\($0.name): \($0.night);" }.joined(separator: " ")

    /// The classes that charts use, for a page that has the variables.
    public static let charts = """
        svg { font: 12px ui-sans-serif, system-ui, "Segoe UI", Roboto, Arial, sans-serif;
          font-variant-numeric: tabular-nums; }
        \(painted)
        svg .title { font-weight: 600; } svg .heading { font-size: 15px; font-weight: 600; }
        svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
        """

    private static let painted = """
        svg text { fill: var(--ink); }
        svg .tick { fill: var(--muted); }
        svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--muted); stroke-width: 1; }
        svg .ours { fill: var(--ours); } svg .few { fill: var(--few); }
        svg .theirs { fill: var(--paper); stroke: var(--theirs); stroke-width: 1.75; }
        svg .bar-ours { stroke: var(--ours); stroke-width: 1.5; } svg .bar-few { stroke: var(--few); stroke-width: 1.5; }
        svg .pair { stroke: var(--theirs); stroke-width: 1; stroke-dasharray: 2 3; }
        svg .name { stroke: var(--paper); stroke-width: 3px; paint-order: stroke; stroke-linejoin: round; }
        svg .name-theirs { fill: var(--muted); }
        svg .curve-ours, svg .curve-few { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        svg .curve-ours { stroke: var(--ours); } svg .curve-few { stroke: var(--few); }
        svg .band-few { fill: var(--few); fill-opacity: 0.2; }
        svg .ground { fill: var(--wash); } svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); }
        svg .light { fill: var(--paper); }
        svg .best { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
        """

    /// The style of a picture in a file of its own. Colors are written out, because some viewers know no CSS variables.
    static let standalone = """
        <style>
        \(plain(charts, \.day)) \(plain("svg { background: var(--paper); }", \.day))
        @media (prefers-color-scheme: dark) {
        \(plain(painted, \.night)) \(plain("svg { background: var(--paper); }", \.night))
        }
        </style>
        """

    private static func plain(_ css: String, _ shade: KeyPath<Color, String>) -> String {
        colors.reduce(css) { $0.replacing("var(--\($1.name))", with: $1[keyPath: shade]) }
    }
}
