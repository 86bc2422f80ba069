/**
 * Text copied from a spreadsheet as rows of cells: tabs between cells, lines between rows. A cell with a line break
 * or a quote comes in double quotes, its own quotes doubled; a line break inside a cell becomes a space.
 *
 * @returns undefined for plain text, which the field itself takes.
 */
export function parsePastedText(text: string): readonly (readonly string[])[] | undefined {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  if (!/[\t\n]/.test(lines)) return undefined;
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = QUOTED.exec(lines.slice(at));
    const plain = /^[^\t\n]*/.exec(lines.slice(at))?.[0] ?? '';
    const raw = quoted?.[0] ?? plain;
    const cell = quoted?.[1]?.replaceAll('""', '"') ?? plain;
    row.push(cell.replace(/\s+/g, ' ').trim());
    at += raw.length;
    const next = lines[at];
    at += 1;
    if (next === '\t') continue;
    rows.push(row);
    row = [];
    if (next === undefined) return rows;
  }
}

/** A whole cell in quotes; what only begins with a quote is plain text. */
const QUOTED = /^"((?:[^"]|"")*)"(?=[\t\n]|$)/;
