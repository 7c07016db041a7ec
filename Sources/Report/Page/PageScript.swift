/// Makes tables sortable. Without the script, only the buttons in the column headings are missing.
enum PageScript {
    static let javascript = """
        "use strict";
        for (const table of document.querySelectorAll("table.sortable")) {
          const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
          const value = (row, column) => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
          const compare = (a, b) => {
            if (a === "" || b === "") return (a === "") - (b === "");
            const [x, y] = [Number(a), Number(b)];
            return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, "en", {numeric: true}) : x - y;
          };
          heads.forEach((head, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener("click", () => {
              const falls = head.getAttribute("aria-sort") === (head.dataset.first ?? "descending");
              const up = head.dataset.first === "ascending" ? !falls : falls;
              heads.forEach(other => other.removeAttribute("aria-sort"));
              head.setAttribute("aria-sort", up ? "ascending" : "descending");
              const rows = [...table.tBodies[0].rows];
              rows.sort((p, q) => {
                const [a, b] = [value(p, column), value(q, column)];
                return a === "" || b === "" || up ? compare(a, b) : compare(b, a);
              });
              table.tBodies[0].append(...rows);
            });
          });
        }
        """

    /// The script's SHA-256 in base 64. The page's policy allows this script and no other.
    static let digest = "a1s+WLxdiTMWsqs47+aESM2nrFljc/UnOoocHN+DhIc="
}
