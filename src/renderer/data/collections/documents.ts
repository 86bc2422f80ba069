import type { JsonObject } from '@shared/kernel/canonical-json';
import { foldForSearch } from '@shared/kernel/vietnamese-text';
import { readNumber, readText } from '../read-view';
import { heldSchema, textColumn, type HeldRow } from './held-row';

/** Incoming and outgoing documents, and what other offices sent and nobody has registered yet. */
export interface DocumentRow extends HeldRow {
  readonly state: string;
  /** Ascending is newest first: a descending sort with a limit would read everything. */
  readonly newestKey: string;
  /** Same issuer, symbol and date; empty when the paper carries too little to compare. */
  readonly duplicateKey: string;
}

const DUPLICATE_KEY_LENGTH = 160;

export const documentSchema = heldSchema<DocumentRow>(
  {
    state: textColumn(24),
    newestKey: textColumn(24),
    duplicateKey: textColumn(DUPLICATE_KEY_LENGTH),
  },
  [
    ['type', 'newestKey'],
    ['type', 'state', 'newestKey'],
    ['type', 'duplicateKey'],
  ],
);

export const documentColumns = (view: JsonObject) => ({
  state: readText(view, 'state'),
  newestKey: newestKeyOf(view),
  duplicateKey: duplicateKeyOf({
    issuerName: readText(view, 'issuerName'),
    codeDisplay: readText(view, 'codeDisplay'),
    issuedDate: readText(view, 'issuedDate'),
  }),
});

const WAITING_STATES = new Set(['moiDen', 'daTrinh', 'daChiDao', 'dangXuLy']);

/** Registered here, without its number yet: "Chờ cấp số đến". */
export const isWaitingForNumber = (state: string, arrivalNumber: number | null): boolean =>
  arrivalNumber === null && WAITING_STATES.has(state);

/** What stands before every other document: one whose number a person must decide upon. */
export const DISPUTED_UNTIL = '0';

/** Disputed papers stand first, then those that wait for a number, newest on top; then the book from its last line. */
const newestKeyOf = (view: JsonObject): string =>
  (view['dispute'] ?? null) === null ? undisputedKeyOf(view) : `-${undisputedKeyOf(view)}`;

function undisputedKeyOf(view: JsonObject): string {
  const madeAt = readText(view, 'draftedAt') || readText(view, 'madeAt');
  if (madeAt !== '') return newestOutgoingKeyOf(view, madeAt);
  const sentAt = Date.parse(readText(view, 'sentAt'));
  if (Number.isFinite(sentAt)) return inverted(sentAt, 13);
  const number = readNumber(view, 'arrivalNumber');
  if (isWaitingForNumber(readText(view, 'state'), number)) {
    const at = Date.parse(readText(view, 'registeredAt'));
    return `0${inverted(Number.isFinite(at) ? at : 0, 13)}`;
  }
  const year = Number(readText(view, 'arrivalDate').slice(0, 4)) || 0;
  return `1${inverted(year, 4)}${inverted(number ?? 0, 7)}`;
}

/** Documents of ours without a number stand first, the newest draft on top; then the book from its last line. */
function newestOutgoingKeyOf(view: JsonObject, madeAt: string): string {
  const number = readNumber(view, 'codeNumber');
  if (number === null) {
    const at = Date.parse(madeAt);
    return `0${inverted(Number.isFinite(at) ? at : 0, 13)}`;
  }
  const year = Number(readText(view, 'issuedDate').slice(0, 4)) || 0;
  return `1${inverted(year, 4)}${inverted(number, 7)}`;
}

const inverted = (value: number, digits: number): string =>
  String(10 ** digits - 1 - Math.min(Math.max(value, 0), 10 ** digits - 1)).padStart(digits, '0');

/** Key of van-ban.md §9.4 `duplicateKey`: folded issuer, symbol without spaces, date. Symbols keep their marks. */
export function duplicateKeyOf(paper: {
  readonly issuerName: string;
  readonly codeDisplay: string;
  readonly issuedDate: string;
}): string {
  const code = paper.codeDisplay.normalize('NFC').replace(/\s+/g, '').toUpperCase();
  if (!/\d/.test(code) || paper.issuerName === '') return '';
  return `${paper.issuedDate}|${code}|${foldForSearch(paper.issuerName)}`.slice(
    0,
    DUPLICATE_KEY_LENGTH,
  );
}
