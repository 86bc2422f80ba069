import type { JsonObject } from '../kernel/canonical-json';
import type { TargetType } from './operation';

/** Open work and what everything refers to: loaded before anything else (§6.3). */
export const WORK_CLASS = 10_000;

/** States in which nobody has anything left to do. */
const closedStates: ReadonlySet<unknown> = new Set([
  'tuChoi',
  'hoanThanh',
  'deBiet',
  'daLuu',
  'biThuHoi',
  'huySoDen',
  'daPhatHanh',
  'huySo',
  'huyDuThao',
  'daVaoSo',
  'closed',
]);

/**
 * When a record is wanted in a first load: `WORK_CLASS`, or the year it belongs to. It depends on the record alone, and is
 * kept beside its place in the feed, so that a page of a load is one range of an index.
 */
export function loadClassOf(type: TargetType, content: JsonObject): number {
  switch (type) {
    case 'incomingDocument':
    case 'outgoingDocument':
    case 'delivery':
    case 'conflict':
      return closedStates.has(content['state']) ? yearOf(content) : WORK_CLASS;
    case 'certifiedCopy':
      return isCopyDone(content) ? yearOf(content) : WORK_CLASS;
    case 'registerEntry':
      return yearOf(content);
    case 'register':
    case 'user':
    case 'office':
    case 'organ':
    case 'orgUnit':
    case 'agency':
    case 'signingCertificate':
    case 'dossier':
    case 'heldWork':
      return WORK_CLASS;
  }
}

/** A copy on paper is signed by hand once it has its number. */
const isCopyDone = ({ state, to }: JsonObject): boolean =>
  state === 'daKySo' || state === 'huySo' || (state === 'daCapSo' && to === 'giay');

const datedBy = ['arrivalDate', 'issuedDate', 'date', 'sentAt', 'at', 'closedAt'] as const;

/** 0 where no date tells: with the oldest. */
function yearOf(content: JsonObject): number {
  for (const field of datedBy) {
    const date = content[field];
    if (typeof date === 'string' && /^\d{4}-/.test(date)) return Number(date.slice(0, 4));
  }
  return 0;
}
