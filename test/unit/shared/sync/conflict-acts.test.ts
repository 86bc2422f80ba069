import { describe, expect, test } from 'vitest';
import { ConflictRecord } from '@shared/domain/document/conflict';
import { IncomingDocument } from '@shared/domain/document/incoming-document';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { RecordChange } from '@shared/sync/acts/act';
import type { Operation } from '@shared/sync/operation';
import { putRecords } from '../../../../sync-server/src/features/sync/put-records';
import { aChain, anId, anOperation, aUser, sample } from '../../../support/core-builders';
import { createQuietWorld, createServer } from '../../../support/quiet-world';

const device = { deviceId: sample.deviceId, inc: 1 };
const patch = (set: object, rest: object = {}) => ({ kind: 'patch', body: { set, ...rest } });
const rejected = (code: string) => ({ status: 'rejected', code });

/** A document whose note two people wrote: `một` stands, `hai` lost. */
async function aConflict(brought?: RecordChange) {
  const world = createQuietWorld();
  const server = createServer(world);
  const bring = { officeId: sample.officeId, changes: brought ? [brought] : [] };
  await world.settle(server.ports.transaction((tx) => putRecords(tx, bring)));
  const acts: object[] = [];
  /** One more act of the same device; its outcome. */
  const decide = async (part: object) => {
    acts.push(part);
    const operations: readonly Operation[] = aChain(acts);
    const answer = await world.settle(server.intake.accept(device, operations.slice(-1)));
    const result = answer.status === 'refused' ? undefined : answer.results[0];
    if (result?.answer !== 'final') throw new Error('no final outcome');
    return result.outcome;
  };
  const records = () => [...server.database.records(sample.officeId).values()];
  const document = () =>
    IncomingDocument.parse(records().find(({ id }) => id === sample.documentId)?.content);
  await decide({});
  await decide(patch({ note: { was: null, now: 'một' } }));
  await decide(patch({ note: { was: null, now: 'hai' } }, { reason: 'Ghi chú lại' }));
  const found = records().find(({ type }) => type === 'conflict');
  if (!found) throw new Error('no conflict');
  const conflict = () => ConflictRecord.parse(records().find(({ id }) => id === found.id)?.content);
  const resolve = (choice: string, now: string | null) =>
    decide({
      kind: 'cmd.resolveConflict',
      target: { type: 'conflict', id: found.id },
      body: { choice, now },
    });
  return { server, decide, resolve, document, conflict, conflictId: found.id };
}

describe('sync §8: a conflict record', () => {
  test('§13.2: that a witness brought before its author sends the act again stays one', async () => {
    const { conflict, conflictId } = await aConflict();
    const content = conflict() as JsonObject;
    const again = await aConflict({ type: 'conflict', id: conflictId, content });

    expect(again.conflictId).toBe(conflictId);
    expect(again.conflict()).toMatchObject({ kept: 'một', losing: 'hai', state: 'open' });
  });

  test('I-8: keeps both values with who wrote them', async () => {
    const { conflict } = await aConflict();

    expect(conflict()).toMatchObject({
      kind: 'text',
      kept: 'một',
      losing: 'hai',
      author: sample.clerkId,
      keptAuthor: sample.clerkId,
      keptAt: new Date(anOperation().at.wall).toISOString(),
      state: 'open',
    });
  });

  test('I-8: the losing value is taken into the document by a choice, and both stay in the record', async () => {
    const { resolve, document, conflict } = await aConflict();

    expect(await resolve('losing', 'một')).toMatchObject({ status: 'applied' });
    expect(document().note).toBe('hai');
    expect(conflict()).toMatchObject({
      kept: 'một',
      losing: 'hai',
      state: 'closed',
      choice: 'losing',
      closedBy: sample.clerkId,
    });
  });

  test('the kept value stays by a choice, and the document is not touched', async () => {
    const { resolve, document, conflict } = await aConflict();
    const before = document();

    await resolve('kept', 'một');
    expect(document()).toEqual(before);
    expect(conflict()).toMatchObject({ state: 'closed', choice: 'kept', losing: 'hai' });
  });

  test('is closed once', async () => {
    const { resolve, document } = await aConflict();
    await resolve('kept', 'một');

    expect(await resolve('losing', 'một')).toEqual(rejected('conflict.already-closed'));
    expect(document().note).toBe('một');
  });

  test('I-8: nobody chooses over a value that they did not see', async () => {
    const { decide, resolve, document, conflict } = await aConflict();
    await decide(patch({ note: { was: 'một', now: 'ba' } }));

    expect(await resolve('losing', 'một')).toEqual(rejected('conflict.value-changed'));
    expect(document().note).toBe('ba');
    expect(conflict().state).toBe('open');
  });

  test('I-13: only who may correct the document may choose', async () => {
    const { server, resolve, conflict } = await aConflict();
    server.database.putUser(aUser({ grants: [{ role: 'chuyenVien', organId: sample.organId }] }));

    expect(await resolve('kept', 'một')).toEqual(rejected('incoming.clerk-only'));
    expect(conflict().state).toBe('open');
  });

  test('a choice that would make an impossible document is refused', async () => {
    const { decide, server, document } = await aConflict();
    await decide(patch({ dueDate: { was: null, now: '2026-03-20' } }));
    await decide(patch({ dueDate: { was: '2026-03-15', now: '2026-01-01' } }));
    const clash = [...server.database.records(sample.officeId).values()].find(
      ({ content }) => content['losing'] === '2026-01-01',
    );

    const outcome = await decide({
      kind: 'cmd.resolveConflict',
      target: { type: 'conflict', id: clash?.id },
      body: { choice: 'losing', now: '2026-03-20' },
    });
    expect(outcome).toEqual(rejected('incoming.due-before-arrival'));
    expect(document().dueDate).toBe('2026-03-20');
  });

  test('closes by a later edit of the field made with knowledge of both values', async () => {
    const { decide, document, conflict, conflictId } = await aConflict();

    await decide(patch({ note: { was: 'một', now: 'một, hai' } }, { settles: [conflictId] }));
    expect(document().note).toBe('một, hai');
    expect(conflict()).toMatchObject({
      state: 'closed',
      choice: 'edited',
      kept: 'một',
      losing: 'hai',
    });
  });

  test.each([
    ['that did not know of it', { note: { was: 'một', now: 'ba' } }, false],
    ['of another field', { subject: { was: 'x', now: 'Trích yếu khác' } }, true],
    ['that lost again', { note: { was: 'khác', now: 'ba' } }, true],
  ])('stays open at an edit %s', async (_name, set, isNamed) => {
    const { decide, conflict, conflictId } = await aConflict();

    await decide(patch(set, isNamed ? { settles: [conflictId] } : {}));
    expect(conflict().state).toBe('open');
  });

  test('one that does not exist is no target', async () => {
    const { decide } = await aConflict();

    const outcome = await decide({
      kind: 'cmd.resolveConflict',
      target: { type: 'conflict', id: anId(6, 9) },
      body: { choice: 'kept', now: null },
    });
    expect(outcome).toEqual(rejected('operation.target-missing'));
  });
});

describe('van-ban.md §9.4: the history of a registered document', () => {
  test('keeps who corrected what and why, with the old values', async () => {
    const { decide, document } = await aConflict();

    await decide(
      patch({ subject: { was: document().subject, now: 'Trích yếu đúng' } }, { reason: 'Gõ sai' }),
    );
    expect(document().corrections?.map(({ reason, changes }) => [reason, changes])).toEqual([
      [null, [{ field: 'note', was: null, now: 'một' }]],
      [
        'Gõ sai',
        [
          {
            field: 'subject',
            was: 'Về việc báo cáo công tác văn thư, lưu trữ',
            now: 'Trích yếu đúng',
          },
        ],
      ],
    ]);
  });

  test('a choice that changed the document stands there too; one that changed nothing does not', async () => {
    const { resolve, document } = await aConflict();

    await resolve('losing', 'một');
    expect(document().corrections?.at(-1)?.changes).toEqual([
      { field: 'note', was: 'một', now: 'hai' },
    ]);
  });
});
