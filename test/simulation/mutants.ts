/**
 * Defects that the simulator must find (sync-requirements §17.3). Each replaces one line of the source while the
 * simulator is compiled; the program itself knows nothing of them.
 */
export interface Mutant {
  readonly id: string;
  readonly what: string;
  /** From the root of the project. */
  readonly file: string;
  /** One exact line, without its indentation. */
  readonly find: string;
  readonly replace: string;
  /** Acts a workstation until it shows; 20 unless told. */
  readonly acts?: number;
}

const core = 'src/shared/sync';

export const mutants: readonly Mutant[] = [
  {
    id: 'M-1',
    what: 'the stream is numbered like a bigserial: not locked until the commit',
    file: 'test/simulation/memory-intake-store.ts',
    find: 'await lockRow(`stream/${officeId}`);',
    replace:
      'const serial = heads as Map<string, number> & { drawn?: number };' +
      ' const drawn = (serial.drawn ?? 0) + count; serial.drawn = drawn;' +
      ' return step("draw", () => { writes.push(() => void heads.set(officeId, Math.max(headOf(officeId), drawn))); return drawn; });',
  },
  {
    id: 'M-2',
    what: 'the cursor is saved before the documents',
    file: `${core}/store-batch.ts`,
    find: 'await store.writeRows(writes);',
    replace:
      'if (scope !== undefined && batch.page) await store.writeCursor(scope, { seq: batch.page.page.next, digest });' +
      ' await store.writeRows(writes);',
  },
  {
    id: 'M-3',
    what: 'a page that was not stored is skipped and the next one moves the cursor',
    file: `${core}/engine.ts`,
    find: 'if (!stored.ok) return stored;',
    replace:
      'if (!stored.ok) { (cursors as Map<Scope, ScopeCursor>).set(page.scope, { seq: page.next, digest: page.digest ?? EMPTY_DIGEST }); continue; }',
  },
  {
    id: 'M-4',
    what: 'saved is answered before the journal is flushed',
    file: 'src/main/features/journal/journal.ts',
    find: 'await disk.flush(current.name);',
    replace: 'void disk.flush(current.name).catch(() => {});',
  },
  {
    id: 'M-4b',
    what: 'an outcome is answered before the commit',
    file: 'test/simulation/memory-intake-store.ts',
    find: 'await commit(transaction);',
    replace: 'void commit(transaction);',
  },
  {
    id: 'M-5',
    what: 'an operation that came before is applied again',
    file: `${core}/intake.ts`,
    find: 'if (n <= device.lastN) {',
    replace:
      "if (n <= device.lastN) { const again = await applyOperation(tx, services, device, operation); return { kind: 'result', result: { answer: 'final', n, outcome: again } };",
  },
  {
    id: 'M-6',
    what: 'the last writer wins',
    file: `${core}/merge.ts`,
    find: 'else conflicts.push({ field, kind, kept: held, losing: now, seen: was });',
    replace: 'else content[field] = now;',
  },
  {
    id: 'M-7',
    what: 'one’s own earlier write, not answered yet, is treated as a conflict',
    file: `${core}/merge.ts`,
    find: 'return merged.ok ? merged.content : current;',
    replace: 'return current;',
  },
  {
    id: 'M-8',
    what: 'a record that moves does not leave its old scope',
    file: `${core}/store-changes.ts`,
    find: "? [{ scope: before.scope, entry: entryFor(put, 'leave') }, arrival]",
    replace: '? [arrival]',
  },
  {
    id: 'M-10',
    what: 'the counter is put back though the entry was committed',
    file: 'src/shared/domain/register/allocate-number.ts',
    find: 'const nextNumber = number + 1;',
    replace: 'const nextNumber = number;',
  },
  {
    id: 'M-13',
    what: 'a number is shown before anything outside the profile knows of it',
    file: 'src/main/features/journal/append-operations.ts',
    find: 'const shown = await along?.beforeShown();',
    replace: 'const shown = undefined as Result<void> | undefined; void along?.beforeShown();',
  },
  {
    id: 'M-14',
    what: 'a ticket that the server does not know to have given proves nothing',
    file: `${core}/exchange.ts`,
    find: "if (judged === 'ahead') {",
    replace: "if (judged === ('' as 'ahead')) {",
  },
  {
    id: 'M-15',
    what: 'an operation that can never succeed is tried again for ever',
    file: `${core}/intake.ts`,
    find: "if (!bound) return reject('operation.invalid-body');",
    replace: 'if (!bound) throw new LockTimeout();',
  },
  {
    id: 'M-18',
    what: 'removals are forgotten and nobody is asked to compare',
    file: `${core}/feed.ts`,
    find: 'return after > 0 && after < forgottenTo;',
    replace: 'return after < 0 && after < forgottenTo;',
  },
  {
    id: 'M-19',
    what: 'what waits is counted once and then told from memory',
    file: `${core}/journal-state.ts`,
    find: 'pendingCount: () => pending.size,',
    replace:
      'pendingCount: (() => { let told: number | undefined; return (): number => (told ??= pending.size); })(),',
  },
  {
    id: 'M-20',
    what: 'a journal record with a wrong checksum is accepted',
    file: `${core}/journal-codec.ts`,
    find: 'return crc32c(payload) === view.getUint32(4, true) ? payload : undefined;',
    replace: 'return payload;',
  },
  {
    id: 'M-21',
    what: 'what is sent is chosen by the wall clock',
    file: `${core}/engine.ts`,
    find: 'const ops = firstOperations(journal.state.pending(), incarnation.inc);',
    replace:
      'const ops = firstOperations(journal.state.pending().filter(({ at }) => at.wall >= (contact?.wall ?? 0)), incarnation.inc);',
  },
  {
    id: 'M-24',
    what: 'a hub’s word is final: decisions are believed whoever signed them',
    file: 'src/shared/relay/relay-client.ts',
    find: 'if (!deps.isDecided(decision)) return [];',
    replace: '',
  },
  {
    id: 'M-25',
    what: 'work of this machine that comes back around the line is shown a second time',
    file: 'src/shared/relay/peer-work.ts',
    find: 'if (envelope.dev === ownDevice) {',
    replace: "if (envelope.dev === '') {",
    acts: 32,
  },
];

const feedFile = 'src/main/features/sync/projection-feed.ts';

/** Mistakes that the simulator found in the core when it was young, each put back by one line. */
export const oldMistakes: readonly Mutant[] = [
  {
    id: 'B-1',
    what: 'the place of a ticket in the chain hangs on how often it was answered',
    file: `${core}/exchange.ts`,
    find: 'const numbers = { count: presented.count + 1, contacts };',
    replace: 'const numbers = { count: presented.count + 1 - (contacts % 2), contacts };',
  },
  {
    id: 'B-2',
    what: 'a page is stored though another window or database was opened meanwhile',
    file: `${core}/engine.ts`,
    find: "if (projection.cursors() !== cursors) return err({ code: 'projection.not-ready' });",
    replace: '',
  },
  {
    id: 'B-3',
    what: 'local work that the window could not store is not offered again',
    file: `${core}/engine.ts`,
    find: 'projection.asked();',
    replace: '',
  },
  {
    id: 'B-4',
    what: 'a new segment that shows zeros is taken for damage',
    file: `${core}/journal-codec.ts`,
    find: 'return bytes.subarray(written).every((byte) => byte === 0);',
    replace: 'return bytes.length < MAGIC.length && written === bytes.length;',
  },
  {
    id: 'B-5',
    what: 'what one person’s database holds is forgotten for all who use the machine',
    file: `${core}/journal-state.ts`,
    find: "if (operation.actor !== actor || !('rev' in outcome)) continue;",
    replace: "if (!('rev' in outcome)) continue;",
  },
  {
    id: 'B-6',
    what: 'an act is forgotten when the cursor passes it, though its record has moved on',
    file: feedFile,
    find: 'const targets = landed(({ id, rev }) => (revs.get(id) ?? 0) >= rev);',
    replace: 'const targets = landed((effect) => effect.seq <= cursor.seq);',
  },
  {
    id: 'B-7',
    what: 'a record of a cut batch that moved to a later page is counted twice',
    file: `${core}/store-batch.ts`,
    find: 'if (told !== null && !sameJson(told, digest)) digest = digestOf(await store.readMarks(scope));',
    replace: '',
  },
  {
    id: 'B-8',
    what: 'after a purge that failed the old cursor is believed',
    file: feedFile,
    find: 'for (const scope of batch.purge) held.set(scope, { seq: 0, digest: EMPTY_DIGEST });',
    replace: '',
  },
  {
    id: 'B-9',
    what: 'records that are appended together can be torn apart',
    file: 'src/main/features/journal/journal.ts',
    find: 'built.push({ waiting, records, bytes: encodeRecords(sealer, records) });',
    replace:
      'built.push({ waiting, records, bytes: concatBytes(...records.map((one) => encodeRecords(sealer, [one]))) });',
  },
  {
    id: 'B-11',
    what: 'rows of a first page that was cut have no cursor by which they would be purged',
    file: `${core}/store-batch.ts`,
    find: 'if (!before) await store.writeCursor(scope, NOTHING_HELD);',
    replace: '',
  },
  {
    id: 'B-12',
    what: 'after the passes of a first load the cursor stands at the head of then, not at the one read before them',
    file: `${core}/exchange.ts`,
    find: 'pages.push({ ...page, digest: page.next === state.head ? state.digest : null });',
    replace:
      'pages.push({ ...page, next: page.next && state.head, digest: page.next ? state.digest : null });',
  },
  {
    id: 'B-13',
    what: 'colleagues’ work of a scope that is held from now on shows only when somebody touches it again',
    file: feedFile,
    find: 'if (!held?.has(scope)) deps.peers().targets().forEach(touch);',
    replace: '',
  },
  {
    id: 'B-14',
    what: 'a decision of a history that a restore took away is final',
    file: 'src/shared/relay/relay-client.ts',
    find: 'if (decision.timeline !== journal.state.contact()?.timeline) return [];',
    replace: '',
  },
  {
    id: 'B-15',
    what: 'a server that was started by mistake is believed (N-13)',
    file: `${core}/engine.ts`,
    find: "if (!goesOn(reply)) return err({ code: 'server.went-back' });",
    replace: '',
  },
  {
    id: 'B-16',
    what: 'a forced recall keeps the last stated number free for nobody (N-5)',
    file: 'src/shared/domain/register/lease.ts',
    find: 'placeholders: Array.from({ length: last - known }, (_, i) => known + 1 + i),',
    replace:
      'placeholders: Array.from({ length: Math.max(0, last - known - 1) }, (_, i) => known + 1 + i),',
  },
  {
    id: 'B-17',
    what: 'what a fenced incarnation left open is forgotten, and no person decides (§13.3)',
    file: `${core}/journal-state.ts`,
    find: 'for (const { inc, n } of pending.values()) takeOutcome(inc, n, UNRECEIVED);',
    replace: 'pending.clear();',
  },
  {
    id: 'B-10',
    what: 'an office in which nothing ever happened is never matched',
    file: `${core}/engine.ts`,
    find: 'const { seq, digest } = now.get(scope) ?? { seq: 0, digest: EMPTY_DIGEST };',
    replace: 'if (!now.has(scope)) return false; const { seq, digest } = now.get(scope)!;',
  },
];

/** No defect: journals turn to a new segment after a few acts, which a real one does after 4 MB. */
export const smallSegments: Mutant = {
  id: 'small-segments',
  what: 'journal segments of 3 KB',
  file: 'src/main/features/journal/journal.ts',
  find: 'const SEGMENT_BYTES = 4 * 1024 * 1024;',
  replace: 'const SEGMENT_BYTES = 3 * 1024;',
};
