// <harbour-size-guide kind="garment|boots">: a widget with a shadow root of its own.
const TABLES = {
  garment: { head: ["Size", "Chest", "Length"], rows: [["S", "96 cm", "68 cm"], ["M", "102 cm", "70 cm"], ["L", "110 cm", "73 cm"], ["XL", "118 cm", "75 cm"]] },
  boots: { head: ["Size", "Foot", "UK"], rows: [["38", "24.0 cm", "5"], ["40", "25.3 cm", "6½"], ["42", "26.7 cm", "8"], ["44", "28.0 cm", "9½"]] },
};

const STYLE = `
  :host { display: block; margin-top: 1.5rem; }
  details { border: 1px solid #e4d6ba; border-radius: 14px; background: #fffdf8; padding: 0.9rem 1.2rem; }
  summary { cursor: pointer; font-weight: 600; color: #16324a; }
  table { width: 100%; border-collapse: collapse; margin: 0.8rem 0; font-variant-numeric: tabular-nums; }
  th, td { text-align: left; padding: 0.35rem 0; border-bottom: 1px solid #efe4cc; }
  tr.fits { background: #fbefd6; }
  label { display: flex; align-items: center; gap: 0.7rem; font-size: 0.93rem; }
  input { flex: 1; accent-color: #b8452a; }
`;

function row(tag, cells) {
  const line = document.createElement("tr");
  for (const text of cells) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    line.append(cell);
  }
  return line;
}

class SizeGuide extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const { head, rows } = TABLES[this.getAttribute("kind")] ?? TABLES.garment;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "Size guide";
    const table = document.createElement("table");
    table.append(row("th", head), ...rows.map((cells) => row("td", cells)));
    const label = document.createElement("label");
    const slider = Object.assign(document.createElement("input"), { type: "range", min: "0", max: "3", value: "1" });
    label.append("Smaller", slider, "Larger");
    const mark = () => {
      [...table.rows].forEach((line, place) => line.classList.toggle("fits", place === Number(slider.value) + 1));
    };
    slider.addEventListener("input", mark);
    mark();
    details.append(summary, table, label);
    root.append(details);
  }
}

customElements.define("harbour-size-guide", SizeGuide);
