import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { OperationDraft } from '@shared/sync/operation';
import { anIncomingRegistration, type SeededOffice } from '../builders';
import type { HeadlessWorkstation } from './headless-workstation';

const FIELDS = ['note', 'signerName', 'signerPosition'] as const;
/** Corrections go to the newest papers, so that people meet on them. */
const NEWEST = 6;

/** The next acts of a records clerk: papers that come in and get numbers, and corrections of the papers of everybody. */
export function nextDrafts(
  station: Pick<HeadlessWorkstation, 'rows'>,
  office: SeededOffice,
  random: () => number = Math.random,
): readonly OperationDraft[] {
  const papers = [...station.rows().values()].filter(({ type }) => type === 'incomingDocument');
  const recent = papers.toSorted((a, b) => b.seq - a.seq).slice(0, NEWEST);
  const paper = recent[Math.floor(random() * recent.length)];
  if (!paper || random() < 0.5) return registering(office, random() < 0.6);
  const field = FIELDS[Math.floor(random() * FIELDS.length)] ?? 'note';
  return [correcting(paper, field, `sửa ${randomUUID().slice(0, 8)}`)];
}

/** A paper comes in; with `numbered` its number is asked for in the same breath. */
export function registering(office: SeededOffice, numbered = true): readonly OperationDraft[] {
  const target = { type: 'incomingDocument', id: randomUUID() } as const;
  const created: OperationDraft = {
    kind: 'create',
    target,
    base: null,
    body: { ...anIncomingRegistration(office) },
    role: 'vanThu',
  };
  const number: OperationDraft = {
    kind: 'cmd.requestNumber',
    target,
    base: null,
    body: { registerId: office.register.id },
    role: 'vanThu',
  };
  return numbered ? [created, number] : [created];
}

/** A correction of one field, by somebody who sees the paper as this row shows it. */
export const correcting = (
  row: { readonly id: string; readonly rev: number; readonly view: JsonObject },
  field: string,
  now: string,
): OperationDraft => ({
  kind: 'patch',
  target: { type: 'incomingDocument', id: row.id },
  base: row.rev || null,
  body: { set: { [field]: { was: row.view[field] ?? null, now } } },
  role: 'vanThu',
});
