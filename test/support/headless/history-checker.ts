import { canonicalJson, sameJson, type Json, type JsonObject } from '@shared/kernel/canonical-json';
import type { Outcome } from '@shared/sync/outcome';
import type { HistoryEvent } from './history';

/** One operation as the server's table keeps it. */
export interface ServerOperation {
  readonly dev: string;
  readonly inc: number;
  readonly n: number;
  readonly hash: string;
  readonly kind: string;
  readonly targetId: string;
  readonly body: JsonObject;
  readonly outcome: Outcome;
}

export interface ServerEntry {
  readonly registerId: string;
  readonly number: number;
  readonly date: string;
  readonly documentId: string;
}

/** The server's tables after everything came to rest. */
export interface ServerTables {
  readonly operations: readonly ServerOperation[];
  readonly records: ReadonlyMap<string, { readonly rev: number; readonly content: JsonObject }>;
  readonly entries: readonly ServerEntry[];
  /** By register: the next number it would give. */
  readonly nextNumbers: ReadonlyMap<string, number>;
}

export interface Finding {
  readonly rule: 'I-1' | 'I-2' | 'I-3' | 'I-5' | 'I-6' | 'I-8' | 'I-9' | 'I-10' | 'I-11';
  readonly what: string;
}

/**
 * The offline checker of §17.4: compares what workstations did and were told with the server's tables, and returns
 * everything that contradicts the rules. It shares no code with what it judges.
 *
 * @param isQuiet every workstation came to rest, so that what was saved must be on the server
 */
export function checkHistory(
  events: readonly HistoryEvent[],
  server: ServerTables,
  { isQuiet }: { readonly isQuiet: boolean },
): readonly Finding[] {
  return [
    ...exactlyOnce(events, server, isQuiet),
    ...deviceOrder(server),
    ...monotonicReads(events),
    ...revisionsInSequence(server),
    ...noLostUpdate(server),
    ...registerContinuity(server),
  ];
}

const keyOf = ({ dev, inc, n }: { dev: string; inc: number; n: number }): string =>
  `${dev}/${inc}/${n}`;

function exactlyOnce(
  events: readonly HistoryEvent[],
  server: ServerTables,
  isQuiet: boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  const stored = new Map<string, ServerOperation>();
  for (const operation of server.operations) {
    if (stored.has(keyOf(operation)))
      findings.push({ rule: 'I-5', what: `${keyOf(operation)} is stored twice` });
    stored.set(keyOf(operation), operation);
  }
  const begun = new Set<string>();
  for (const event of events) {
    if (event.t === 'read' || event.t === 'cursor') continue;
    const key = keyOf(event);
    const there = stored.get(key);
    if (event.t === 'begun') begun.add(`${key} ${event.hash}`);
    if (event.t === 'saved') {
      if (!there && isQuiet) findings.push({ rule: 'I-1', what: `${key} was saved and is lost` });
      if (there && there.hash !== event.hash)
        findings.push({ rule: 'I-1', what: `${key} is another operation on the server` });
    }
    if (event.t === 'final') {
      if (!there) findings.push({ rule: 'I-2', what: `${key} was answered and is not stored` });
      else if (!sameJson(there.outcome, event.outcome))
        findings.push({
          rule: 'I-5',
          what: `${key} was answered ${canonicalJson(event.outcome)} and is stored as ${canonicalJson(there.outcome)}`,
        });
    }
  }
  for (const [key, { hash }] of stored) {
    if (!begun.has(`${key} ${hash}`))
      findings.push({ rule: 'I-5', what: `${key} is on the server and nobody made it` });
  }
  return findings;
}

const hasEffect = (
  outcome: Outcome,
): outcome is Extract<Outcome, { status: 'applied' | 'merged' }> =>
  outcome.status === 'applied' || outcome.status === 'merged';

/** I-6: a later operation of a device has the later place in its office's stream, and none is skipped. */
function deviceOrder(server: ServerTables): readonly Finding[] {
  const findings: Finding[] = [];
  const byDevice = groupBy(server.operations, ({ dev, inc }) => `${dev}/${inc}`);
  for (const [device, operations] of byDevice) {
    let place = 0;
    for (const [index, { n, outcome }] of operations.toSorted((a, b) => a.n - b.n).entries()) {
      if (n !== index + 1) findings.push({ rule: 'I-6', what: `${device} has no ${index + 1}` });
      if (!hasEffect(outcome)) continue;
      if (outcome.seq <= place)
        findings.push({ rule: 'I-6', what: `${device}/${n} took effect before the one before it` });
      place = outcome.seq;
    }
  }
  return findings;
}

function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOfItem(item)) ?? [];
    groups.set(keyOfItem(item), group);
    group.push(item);
  }
  return groups;
}

/** I-3: within a session places and revisions only grow, and a revision is the same for everybody who reads it. */
function monotonicReads(events: readonly HistoryEvent[]): readonly Finding[] {
  const findings: Finding[] = [];
  const places = new Map<string, number>();
  const revisions = new Map<string, number>();
  const contents = new Map<string, string>();
  for (const event of events) {
    if (event.t !== 'read' && event.t !== 'cursor') continue;
    const reader = `${event.dev} in ${event.session}`;
    const cursor = places.get(reader) ?? 0;
    if (event.t === 'cursor') {
      if (event.seq < cursor)
        findings.push({ rule: 'I-3', what: `the cursor of ${reader} went back to ${event.seq}` });
      places.set(reader, event.seq);
      continue;
    }
    const { id, rev, seq, hash } = event;
    if (seq <= cursor)
      findings.push({ rule: 'I-3', what: `${reader} read ${id} at ${seq}, behind its cursor` });
    const known = revisions.get(`${reader} ${id}`) ?? 0;
    if (rev < known)
      findings.push({ rule: 'I-3', what: `${reader} saw ${id} go back to revision ${rev}` });
    revisions.set(`${reader} ${id}`, Math.max(known, rev));
    const other = contents.get(`${id} ${rev}`);
    if (other !== undefined && other !== hash)
      findings.push({ rule: 'I-3', what: `revision ${rev} of ${id} was read as two contents` });
    contents.set(`${id} ${rev}`, hash);
  }
  return findings;
}

/** I-5: operations on a record made the revisions 1, 2, 3 … up to the one that is stored: none twice, none for nothing. */
function revisionsInSequence(server: ServerTables): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [id, operations] of effectsByRecord(server)) {
    const revisions = operations.map(({ outcome }) => outcome.rev);
    const held = server.records.get(id)?.rev ?? 0;
    // A register is opened, and its lease given, by the server itself: those revisions have no operation.
    const expected = server.nextNumbers.has(id)
      ? [...new Set(revisions)].filter((rev) => rev <= held)
      : Array.from({ length: held }, (_, i) => i + 1);
    if (!sameJson(revisions, expected))
      findings.push({
        rule: 'I-5',
        what: `${id} is at revision ${held} after operations that made ${revisions.join(', ')}`,
      });
  }
  return findings;
}

type Effective = ServerOperation & { readonly outcome: { readonly rev: number } };

function effectsByRecord(server: ServerTables): ReadonlyMap<string, readonly Effective[]> {
  const effective = server.operations.filter((operation): operation is Effective =>
    hasEffect(operation.outcome),
  );
  const groups = groupBy(effective, ({ targetId }) => targetId);
  for (const group of groups.values()) group.sort((a, b) => a.outcome.rev - b.outcome.rev);
  return groups;
}

/**
 * I-8: each field's value is walked from operation to operation in the order of revisions. Who changed a value had seen
 * it, or a conflict record says what was lost; and the last value is the one that is stored.
 */
function noLostUpdate(server: ServerTables): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [id, operations] of effectsByRecord(server)) {
    const fields = new Map<string, Json>();
    for (const operation of operations) {
      if (operation.kind === 'create')
        for (const [field, value] of Object.entries(operation.body)) fields.set(field, value);
      if (operation.kind === 'patch') findings.push(...walkPatch(operation, fields));
    }
    const content = server.records.get(id)?.content;
    for (const [field, value] of fields) {
      const held = content?.[field] ?? null;
      // What the server adds or normalises is no update of anybody: only patched fields are compared.
      if (isPatched(operations, field) && !sameJson(held, value))
        findings.push({ rule: 'I-8', what: `${field} of ${id} does not hold its last value` });
    }
  }
  for (const { outcome } of server.operations) {
    if (outcome.status !== 'merged') continue;
    for (const conflict of outcome.conflicts)
      if (!server.records.has(conflict))
        findings.push({ rule: 'I-8', what: `the conflict record ${conflict} is missing` });
  }
  return findings;
}

const changesOf = (operation: ServerOperation): readonly [string, { was: Json; now: Json }][] =>
  Object.entries((operation.body['set'] ?? {}) as Record<string, { was: Json; now: Json }>);

const isPatched = (operations: readonly ServerOperation[], field: string): boolean =>
  operations.some(
    (operation) =>
      operation.kind === 'patch' && changesOf(operation).some(([name]) => name === field),
  );

function walkPatch(operation: ServerOperation, fields: Map<string, Json>): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [field, { was, now }] of changesOf(operation)) {
    const held = fields.get(field) ?? null;
    if (sameJson(held, was) || sameJson(held, now)) {
      fields.set(field, now);
      continue;
    }
    if (operation.outcome.status !== 'merged')
      findings.push({
        rule: 'I-8',
        what: `${keyOf(operation)} put ${canonicalJson(now)} over ${canonicalJson(held)} in ${field}, which its author had not seen`,
      });
  }
  return findings;
}

/** I-9 … I-11: numbers 1 … last, each for one document, dates never going back. */
function registerContinuity(server: ServerTables): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [register, next] of server.nextNumbers) {
    const entries = server.entries
      .filter(({ registerId }) => registerId === register)
      .toSorted((a, b) => a.number - b.number);
    const numbers = entries.map(({ number }) => number);
    if (new Set(numbers).size !== numbers.length)
      findings.push({ rule: 'I-9', what: `${register} gave a number twice` });
    if (new Set(entries.map(({ documentId }) => documentId)).size !== entries.length)
      findings.push({ rule: 'I-9', what: `${register} gave a document two numbers` });
    for (let number = 1; number < next; number++)
      if (!numbers.includes(number))
        findings.push({ rule: 'I-10', what: `${register} has no ${number}` });
    for (const [index, { number, date }] of entries.entries()) {
      if (date < (entries[index - 1]?.date ?? ''))
        findings.push({ rule: 'I-11', what: `${register}: the date goes back at ${number}` });
    }
    for (const { number, documentId } of entries) {
      const content = server.records.get(documentId)?.content;
      if ((content?.['arrivalNumber'] ?? content?.['codeNumber']) !== number)
        findings.push({ rule: 'I-9', what: `the document of ${number} shows another number` });
    }
  }
  return findings;
}
