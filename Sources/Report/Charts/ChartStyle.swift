/// The colours that page and pictures share, by day and by night, and how charts are drawn.
enum ChartStyle {
    static let day = """
        --paper: #ffffff; --ink: #1d1c22; --muted: #5c5a64; --line: #dedce3; --wash: #f6f5f8; --mark: #fff6df;
        --ours: #1b5fa6; --theirs: #77747f; --few: #b1470c; --wrong: #b3261e; --right: #1b5fa6;
        """

    static let night = """
        --paper: #15141a; --ink: #eae8ef; --muted: #a8a5b1; --line: #35333d; --wash: #1e1d25; --mark: #2d2817;
        --ours: #82b7f4; --theirs: #96939f; --few: #f2a467; --wrong: #ff8a80; --right: #82b7f4;
        """

    static let charts = """
        svg { font: 12px ui-sans-serif, system-ui, "Segoe UI", Roboto, Arial, sans-serif;
          font-variant-numeric: tabular-nums; }
        svg text { fill: var(--ink); }
        svg .tick { fill: var(--muted); } svg .title { font-weight: 600; }
        svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
        svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--muted); stroke-width: 1; }
        svg .ours { fill: var(--ours); } svg .few { fill: var(--few); }
        svg .theirs { fill: var(--paper); stroke: var(--theirs); stroke-width: 1.75; }
        svg .bar-ours { stroke: var(--ours); stroke-width: 1.5; } svg .bar-few { stroke: var(--few); stroke-width: 1.5; }
        svg .pair { stroke: var(--theirs); stroke-width: 1; stroke-dasharray: 2 3; }
        svg .name { stroke: var(--paper); stroke-width: 3px; paint-order: stroke; stroke-linejoin: round; }
        svg .name-theirs { fill: var(--muted); }
        svg .curve-ours, svg .curve-few { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        svg .curve-ours { stroke: var(--ours); } svg .curve-few { stroke: var(--few); }
        svg .ground { fill: var(--wash); } svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); }
        svg .light { fill: var(--paper); }
        svg .best { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
        """

    /// For a picture that stands in a file of its own.
    static let standalone = """
        <style>
        svg { \(day) background: var(--paper); }
        @media (prefers-color-scheme: dark) { svg { \(night) } }
        \(charts)
        </style>
        """
}
