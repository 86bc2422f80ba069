import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileHash, UserId } from '@shared/kernel/ids';
import { dossierScope, officeScope, type FeedEntry } from '@shared/sync/record';
import { createScopeKeys } from '../../../../src/main/features/scopes/scope-keys';
import { createBox } from '../../../../src/main/platform/keyring';
import { temporaryFolder } from '../../../support/temporary-folder';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const me = UserId.parse(uuid(1));
const colleague = UserId.parse(uuid(2));
const dossier = dossierScope(uuid(10));
const other = dossierScope(uuid(11));
const office = officeScope(uuid(20));
const box = createBox(new Uint8Array(32).fill(3));
const file = (digit: string) => FileHash.parse(digit.repeat(64));
const always = () => true;
const never = () => false;

const naming = (id: number, ...files: readonly FileHash[]): FeedEntry => ({
  seq: id,
  kind: 'put',
  type: 'incomingDocument',
  id: uuid(id),
  rev: 1,
  hash: '',
  tx: id,
  content: { files: files.map((sha256) => ({ sha256, name: 'bản quét.pdf' })) },
});

const page = (scope: string, ...entries: readonly FeedEntry[]) => ({ scope, entries });

/** The keys of a person as they are after a restart. */
async function opened(folder: string, user = me) {
  const keys = createScopeKeys({ folder, box });
  await keys.open(user);
  return keys;
}

test('§7.3: a restricted scope has one key, the same after a restart; the office has none', async () => {
  const folder = temporaryFolder();
  const keys = await opened(folder);

  const key = await keys.keyOf(dossier, always);

  expect(key).toHaveLength(32);
  expect(await (await opened(folder)).keyOf(dossier, never)).toEqual(key);
  expect(await keys.keyOf(other, always)).not.toEqual(key);
  expect(await keys.keyOf(office, always)).toBeUndefined();
});

test('I-13: who is not entitled gets no key, and one person never the key of another', async () => {
  const folder = temporaryFolder();
  const keys = await opened(folder);
  await keys.keyOf(dossier, always);

  expect(await keys.keyOf(other, never)).toBeUndefined();
  expect(await (await opened(folder, colleague)).keyOf(dossier, never)).toBeUndefined();
});

test('§7.3: a destroyed key is gone from the disk, and its scope is known to be unreadable', async () => {
  const folder = temporaryFolder();
  const keys = await opened(folder);
  const key = await keys.keyOf(dossier, always);

  await keys.destroy([dossier]);

  const after = await opened(folder);
  expect(await after.keyOf(dossier, never)).toBeUndefined();
  expect(after.missing([dossier, office])).toEqual([dossier]);
  expect(await after.keyOf(dossier, always)).not.toEqual(key);
  const kept = readdirSync(folder).map((name) => box.open(readFileSync(join(folder, name))));
  const destroyed = Buffer.from(key ?? []).toString('base64');
  expect(kept.some((bytes) => Buffer.from(bytes ?? []).includes(destroyed))).toBe(false);
});

test('M-9: a purge removes what its records named, and nothing that is pinned or named elsewhere', async () => {
  const folder = temporaryFolder();
  const keys = await opened(folder);
  const theirs = await opened(folder, colleague);
  await keys.take(
    page(dossier, naming(31, file('a'), file('b')), naming(32, file('c'), file('d'))),
  );
  await keys.take(page(other, naming(33, file('c'))));
  await theirs.take(page(dossier, naming(34, file('d'))));
  const removed: FileHash[] = [];
  const remove = async (one: FileHash) => void removed.push(one);

  await keys.destroy([dossier]);
  await keys.removeFiles({ isPinned: (one) => one === file('b'), remove });
  expect(removed).toEqual([file('a')]);

  // After a restart the pinned one goes as soon as the server has it.
  await (await opened(folder)).removeFiles({ isPinned: never, remove });
  expect(removed).toEqual([file('a'), file('b')]);
});

test('M-9: a purge that was cut off between key and files still finds the files', async () => {
  const folder = temporaryFolder();
  const keys = await opened(folder);
  await keys.take(page(dossier, naming(31, file('a'))));
  await keys.destroy([dossier]);
  const removed: FileHash[] = [];

  const after = await opened(folder);
  await after.removeFiles({ isPinned: never, remove: async (one) => void removed.push(one) });

  expect(removed).toEqual([file('a')]);
});

test('M-9: files of a record that left wait over a restart until nothing here needs them', async () => {
  const folder = temporaryFolder();
  const keys = await opened(folder);
  await keys.take(page(other, naming(33, file('c'))));
  await keys.leave([file('a'), file('b'), file('c')]);
  const removed: FileHash[] = [];
  const remove = async (one: FileHash) => void removed.push(one);

  await (await opened(folder)).removeFiles({ isPinned: (one) => one === file('b'), remove });
  expect(removed).toEqual([file('a')]);
  await (await opened(folder)).removeFiles({ isPinned: never, remove });
  expect(removed).toEqual([file('a'), file('b')]);
});
