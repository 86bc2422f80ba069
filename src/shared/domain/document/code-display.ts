/** The two halves of a symbol, for Phụ lục VI's CodeNumber String(11) and CodeNotation String(30). */
export interface SplitCode {
  readonly codeNumber: string | null;
  readonly codeNotation: string | null;
}

/** Splits what is printed on a received paper; a text of no known shape is kept whole and never refused (van-ban.md §1.4). */
export function splitCodeDisplay(display: string): SplitCode {
  const text = display.normalize('NFC').replace(/\s+/g, '');
  const state = /^(\d{1,6}[a-z]?)\/(.{1,30})$/u.exec(text);
  if (state) return { codeNumber: state[1] ?? null, codeNotation: state[2] ?? null };
  const party = /^(\d{1,6})-(\p{L}{1,6}\/.{1,23})$/u.exec(text);
  if (party) return { codeNumber: party[1] ?? null, codeNotation: party[2] ?? null };
  return { codeNumber: null, codeNotation: null };
}
