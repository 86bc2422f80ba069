import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSigningDesk } from '../../../../src/main/features/signing/signing-desk';
import { createBox } from '../../../../src/main/platform/keyring';
import type { JsonObject } from '@shared/kernel/canonical-json';
import { officeScope } from '@shared/sync/record';
import {
  anEntry,
  anId,
  anOperation,
  anOutgoingDraft,
  aPage,
  sample,
  sampleScope,
} from '../../../support/core-builders';
import { aSealedDocument } from '../../../support/dispatch-builders';
import { temporaryFolder } from '../../../support/temporary-folder';

const [first, second] = [anId(4, 1), anId(4, 2)];
const id = anId(6, 1);
const box = createBox(new Uint8Array(32));
const otherScope = officeScope(anId(1, 7));
const content = (over: object = {}): JsonObject => aSealedDocument({ state: 'choKy', ...over });
const entry = (seq: number, over: object = {}, of = id) =>
  anEntry({ seq, type: 'outgoingDocument', id: of, rev: seq, content: content(over) });
const at = (seq: number) => new Map([[sampleScope, { seq }]]);

const aDesk = (folder: string) =>
  createSigningDesk({ folder, box, overlayOf: () => [], overlaid: () => [] });

/** The desk of the first person, with one document that waits. */
async function aFilledDesk() {
  const folder = temporaryFolder();
  const desk = aDesk(folder);
  await desk.open(first);
  await desk.take(aPage([entry(3)]));
  return { folder, desk };
}

test('A-4: what a page brought is there after a new start', async () => {
  const { folder } = await aFilledDesk();
  const again = aDesk(folder);
  await again.open(first);

  expect(again.findDocument(id)).toMatchObject({ state: 'choKy' });
  expect(again.revisionOf(id)).toBe(3);
  expect(again.behind(at(3))).toEqual([]);
});

test('§20: a paper that only a colleague’s unconfirmed work tells of lies on the desk, in the state that it shows', async () => {
  const target = { type: 'outgoingDocument', id: anId(6, 7) } as const;
  const create = anOperation({ kind: 'create', target, body: { ...anOutgoingDraft() } });
  const submit = anOperation({ n: 2, kind: 'cmd.submitDraft', target, body: {} });
  const work = [create, submit].map((operation) => ({ operation, confirmedRev: null }));
  const desk = createSigningDesk({
    folder: temporaryFolder(),
    box,
    overlayOf: (of) => (of === target.id ? work : []),
    overlaid: () => [target, { type: 'incomingDocument', id: anId(6, 8) }],
  });
  await desk.open(first);

  expect(desk.findDocument(target.id)).toMatchObject({ state: 'choDonVi' });
  expect(desk.listDocuments().map(([one]) => one)).toEqual([target.id]);
  expect(desk.revisionOf(target.id)).toBeNull();
  expect(desk.findDocument(anId(6, 8))).toBeUndefined();
});

test('a newer page replaces an older one, and a page taken twice changes nothing', async () => {
  const { desk } = await aFilledDesk();

  await desk.take(aPage([entry(4, { subject: 'Bản đã sửa lần hai' })]));
  await desk.take(aPage([entry(4, { subject: 'Bản đã sửa lần hai' })]));
  await desk.take(aPage([], { next: 2, head: 4 }));

  expect(desk.findDocument(id)?.subject).toBe('Bản đã sửa lần hai');
  expect(desk.behind(at(4))).toEqual([]);
  expect(desk.behind(at(5))).toEqual([sampleScope]);
});

test.each([
  ['is dispatched', entry(4, { state: 'daPhatHanh' })],
  ['is deleted', anEntry({ seq: 4, kind: 'delete', type: 'outgoingDocument', id, content: null })],
  [
    'leaves the scope',
    anEntry({ seq: 4, kind: 'leave', type: 'outgoingDocument', id, content: null }),
  ],
])('a document that %s leaves the desk', async (_what, next) => {
  const { desk } = await aFilledDesk();

  await desk.take(aPage([next]));

  expect(desk.findDocument(id)).toBeUndefined();
  expect(desk.listDocuments()).toEqual([]);
});

test('records of other kinds never lie on the desk', async () => {
  const { desk } = await aFilledDesk();

  await desk.take(aPage([anEntry({ seq: 4, id: anId(6, 2) })]));

  expect(desk.revisionOf(anId(6, 2))).toBeNull();
});

test.each([
  ['lost', (path: string) => rmSync(path)],
  ['cut short', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 50))],
  [
    'sealed by another key',
    (path: string) =>
      writeFileSync(path, createBox(new Uint8Array(32).fill(1)).seal(Buffer.from('{}'))),
  ],
  ['empty', (path: string) => writeFileSync(path, '')],
  [
    'of another version',
    (path: string) => writeFileSync(path, box.seal(Buffer.from('{"version":9}'))),
  ],
])('a desk file that is %s is empty, and its scopes are read anew', async (_what, damage) => {
  const { folder } = await aFilledDesk();
  damage(join(folder, `${first}.bin`));
  const again = aDesk(folder);

  await again.open(first);

  expect(again.findDocument(id)).toBeUndefined();
  expect(again.behind(at(3))).toEqual([sampleScope]);
});

test('a scope that is read anew forgets its own records alone', async () => {
  const { desk } = await aFilledDesk();
  const other = anId(6, 8);
  await desk.take(aPage([entry(9, {}, other)], { scope: otherScope }));

  await desk.forget([sampleScope]);

  expect(desk.findDocument(id)).toBeUndefined();
  expect(desk.findDocument(other)).toBeDefined();
  expect(desk.behind(new Map([[otherScope, { seq: 9 }]]))).toEqual([]);
  expect(desk.behind(at(1))).toEqual([sampleScope]);
});

test('two people at one PC have two desks', async () => {
  const { folder, desk } = await aFilledDesk();

  await desk.open(second);
  expect(desk.findDocument(id)).toBeUndefined();
  await desk.take(aPage([entry(5, {}, anId(6, 2))]));
  await desk.open(first);

  expect(desk.listDocuments().map(([one]) => one)).toEqual([id]);
  expect(readdirSync(folder).toSorted()).toEqual([`${first}.bin`, `${second}.bin`].toSorted());
});

test('a page that comes while the desk of the next person is opened does not land on it', async () => {
  const { folder, desk } = await aFilledDesk();

  const opening = desk.open(second);
  await desk.take(aPage([entry(4, {}, anId(6, 2))]));
  await opening;
  const again = aDesk(folder);
  await again.open(second);

  expect(again.listDocuments()).toEqual([]);
  expect(again.behind(at(1))).toEqual([sampleScope]);
});

test('nobody’s desk is empty and keeps nothing', async () => {
  const { folder, desk } = await aFilledDesk();

  desk.close();
  expect(desk.listDocuments()).toEqual([]);
  await desk.take(aPage([entry(9, {}, anId(6, 2))]));

  expect(readdirSync(folder)).toEqual([`${first}.bin`]);
  await desk.open(first);
  expect(desk.listDocuments().map(([one]) => one)).toEqual([id]);
});

test('the desk file shows nothing of its documents', async () => {
  const { folder } = await aFilledDesk();
  const bytes = readFileSync(join(folder, `${first}.bin`)).toString('latin1');

  expect(bytes).not.toContain(sample.organId);
  expect(bytes).not.toContain('choKy');
});

test('§20: a document that only a colleague’s bundle told of can be signed, until the server tells of a newer one', async () => {
  const desk = createSigningDesk({
    folder: temporaryFolder(),
    box,
    overlayOf: () => [],
    overlaid: () => [{ type: 'outgoingDocument', id }],
    lentOf: () => ({ rev: 3, content: content({ subject: 'Bản trong gói' }) }),
  });
  await desk.open(first);
  expect(desk.findDocument(id)?.subject).toBe('Bản trong gói');
  expect(desk.listDocuments().map(([listed]) => listed)).toEqual([id]);
  expect([desk.revisionOf(id), desk.toldOf(id)]).toEqual([3, undefined]);

  await desk.take(aPage([entry(4, { subject: 'Bản của máy chủ' })]));
  expect(desk.findDocument(id)?.subject).toBe('Bản của máy chủ');
  expect([desk.revisionOf(id), desk.toldOf(id)?.rev]).toEqual([4, 4]);
});
