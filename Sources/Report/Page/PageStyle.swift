import Charts

/// The page's style for wide screens, phones, dark screens and print.
enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; \(ChartStyle.day) }
        @media (prefers-color-scheme: dark) { :root { \(ChartStyle.night) } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 ui-sans-serif, system-ui,
          "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
        header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1.25rem; }
        header { padding-top: 2.75rem; }
        h1, h2, h3 { line-height: 1.2; text-wrap: balance; margin: 0; }
        h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.3rem); letter-spacing: -0.02em; font-weight: 680; }
        h2 { font-size: 1.4rem; letter-spacing: -0.01em; font-weight: 660; margin: 3.5rem 0 0.4rem; }
        h3 { font-size: 1.05rem; font-weight: 640; margin: 2.2rem 0 0.5rem; }
        p { max-width: 46rem; margin: 0.5rem 0; } .muted, figcaption { color: var(--muted); }
        .lede { font-size: 1.12rem; margin: 0.9rem 0 1.6rem; }
        .lede strong { font-variant-numeric: tabular-nums; white-space: nowrap; }
        a { color: var(--ours); text-underline-offset: 0.15em; }
        :focus-visible { outline: 2px solid var(--ours); outline-offset: 2px; border-radius: 2px; }
        nav { margin: 1.6rem 0 0; padding: 0.7rem 0; border-block: 1px solid var(--line); }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; list-style: none; margin: 0; padding: 0; }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 0.9rem 1.5rem;
          margin: 0; }
        dl.facts dt { color: var(--muted); font-size: 0.82rem; }
        dl.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        dl.facts .wide { grid-column: 1 / -1; }
        code { font: 0.86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
        dl.facts code { display: block; background: var(--wash); border-radius: 6px; padding: 0.55rem 0.75rem; }
        .box { overflow-x: auto; margin: 0.8rem 0 0; -webkit-overflow-scrolling: touch; }
        \(table)
        figure { margin: 1.2rem 0 0; } figcaption { font-size: 0.88rem; max-width: 46rem; margin-top: 0.5rem; }
        svg { display: block; max-width: 100%; height: auto; }
        .plot svg { width: 100%; min-width: 34rem; max-width: 60rem; }
        .box .confusion { max-width: none; }
        .models { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 33rem), 1fr)); gap: 0 2.5rem; }
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 23rem)); gap: 1rem; }
        .curves svg { width: 100%; }
        .key { display: inline-block; width: 1.1rem; height: 0; border-top: 3px solid var(--ours);
          vertical-align: middle; margin: 0 0.35rem 0 0; }
        .key.few { border-color: var(--few); margin-left: 1rem; }
        ol.pairs { columns: 18rem; column-gap: 2.5rem; padding-left: 1.6rem; font-variant-numeric: tabular-nums; }
        ol.pairs li { break-inside: avoid; overflow-wrap: anywhere; padding-left: 0.2rem; }
        .mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); gap: 1.4rem 1rem;
          margin-top: 1.2rem; }
        .mistakes figure { margin: 0; }
        .mistakes .picture { width: 96px; height: 96px; display: grid; place-items: center; background: var(--wash);
          border-radius: 6px; overflow: hidden; color: var(--muted); font-size: 0.8rem; text-align: center; }
        .mistakes img { display: block; max-width: 96px; max-height: 96px; }
        .mistakes figcaption { color: inherit; line-height: 1.35; overflow-wrap: anywhere; }
        .mistakes b { font-weight: 640; white-space: nowrap; } .mistakes .told { color: var(--wrong); }
        footer { margin-top: 4rem; padding-bottom: 3rem; }
        footer > * { border-top: 1px solid var(--line); padding-top: 1rem; font-size: 0.9rem; }
        \(narrow)
        \(print)
        \(ChartStyle.charts)
        """

    private static let table = """
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; width: 100%; }
        th, td { padding: 0.42rem 0.6rem; text-align: right; white-space: nowrap; vertical-align: top; }
        thead th { color: var(--muted); font-weight: 560; font-size: 0.8rem; vertical-align: bottom; }
        thead tr:last-child th { border-bottom: 1px solid var(--muted); }
        thead .group { text-align: left; border-bottom: 1px solid var(--line); color: var(--ink); }
        tbody tr { border-bottom: 1px solid var(--line); } tbody th { font-weight: 560; }
        tbody tr:hover { background: var(--wash); } tbody tr.best { background: var(--mark); }
        th.text, td.text { text-align: left; } td.words { text-align: left; white-space: normal; min-width: 11rem; }
        td.paper, td .of { color: var(--muted); }
        td small { color: var(--muted); font-size: 0.8rem; margin-left: 0.35rem; }
        td.none { color: var(--muted); font-style: italic; } td.bad { color: var(--wrong); font-style: italic; }
        td div + div { margin-top: 0.05rem; }
        thead button { all: unset; cursor: pointer; font: inherit; color: inherit; }
        thead button:focus-visible { outline: 2px solid var(--ours); outline-offset: 2px; }
        thead button:hover { color: var(--ink); text-decoration: underline; text-underline-offset: 0.2em; }
        th[aria-sort] button { color: var(--ink); }
        th[aria-sort="ascending"] button::after { content: " ↑"; }
        th[aria-sort="descending"] button::after { content: " ↓"; }
        """

    private static let narrow = """
        @media (max-width: 40rem) {
          header { padding-top: 1.6rem; } header, main, footer { padding-left: 1rem; padding-right: 1rem; }
          h2 { margin-top: 2.6rem; } table { font-size: 0.84rem; } th, td { padding: 0.4rem 0.5rem; }
          .box { margin-right: -1rem; padding-right: 1rem; }
          tr > :first-child, .runs tbody tr > :nth-child(-n+3), .runs thead tr:last-child > :nth-child(-n+3) {
            position: sticky; left: 0; background: var(--paper); z-index: 1; box-shadow: 1px 0 0 var(--line); }
          tbody tr.best > :first-child, .runs tbody tr.best > :nth-child(-n+3) { background: var(--mark); }
          .runs tbody tr > :nth-child(-n+3), .runs thead tr:last-child > :nth-child(-n+3) { padding-inline: 0.2rem;
            min-width: 3.2rem; white-space: normal; text-align: left; box-shadow: none; }
          .runs thead tr:last-child > :nth-child(-n+3) { font-size: 0.7rem; }
          .runs tbody tr > :nth-child(2), .runs thead tr:last-child > :nth-child(2) { left: 3.1rem; }
          .runs tbody tr > :nth-child(3), .runs thead tr:last-child > :nth-child(3) { left: 6.2rem; }
          .runs tbody tr > :nth-child(4), .runs thead tr:last-child > :nth-child(4),
          .runs thead tr:first-child > :nth-child(2) { display: none; }
          td.words { min-width: 16rem; }
          dl.facts { grid-template-columns: 1fr 1fr; }
          .mistakes { grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); }
        }
        """

    private static let print = """
        @page { size: A4; margin: 14mm 12mm; }
        @media print {
          :root { color-scheme: light; \(ChartStyle.day) }
          body { font-size: 10pt; } header, main, footer { max-width: none; padding: 0; }
          nav { display: none; } h2 { margin-top: 1.8rem; } h2, h3 { break-after: avoid; }
          table { font-size: 7.5pt; } thead th { font-size: 7pt; } td small { font-size: 6.5pt; }
          th, td { padding: 0.1rem 0.3rem; line-height: 1.3; } thead { display: table-header-group; }
          p { orphans: 3; widows: 3; } tr, figure, .together, .models > *, .mistakes > * { break-inside: avoid; }
          .models { grid-template-columns: 1fr 1fr; gap: 0 1.5rem; } .models h3 { font-size: 9pt; margin-top: 1rem; }
          .curves { grid-template-columns: 1fr 1fr; }
          section[aria-labelledby="curves"] { break-inside: avoid; }
          section[aria-labelledby="confusion"], section[aria-labelledby="mistakes"] { break-before: page; }
          .box { overflow: visible; } .plot svg { min-width: 0; } .box .confusion { max-width: 100%; }
          tbody tr.best { background: none; outline: 1px solid var(--muted); outline-offset: -1px; }
          a { color: inherit; text-decoration: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """
}
