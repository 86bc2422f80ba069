import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import type { OperationDraft } from '@shared/sync/operation';
import {
  anIncomingRegistration,
  PASSWORD,
  seedOffice,
  type SeededOffice,
} from '../support/builders';
import { correcting, registering } from '../support/headless/office-work';
import { startProvince } from '../support/hub-office';
import type { OfficePc } from '../support/office-pc';

let province: Awaited<ReturnType<typeof startProvince>>;
let seeded: SeededOffice;

beforeAll(async () => {
  province = await startProvince();
});
afterAll(() => province.stop());
beforeEach(async () => {
  seeded = await seedOffice(province.admin());
});
afterEach(() => province.comeBack());

/** A clerk's PC and another person's, with a hub. */
async function anOfficeWithHub(other = 'chutich') {
  const clerk = await province.aPc(seeded, 'vanthu');
  const second = await province.aPc(seeded, other);
  const people = new Map([
    [clerk, 'vanthu'],
    [second, other],
  ]);
  return { clerk, second, hub: await province.aHubFor(seeded, people) };
}

const register = async (pc: OfficePc, drafts: readonly OperationDraft[] = registering(seeded)) => {
  await pc.ask('operations.append', { drafts });
  return drafts[0]?.target.id ?? '';
};

const unconfirmedAt = async (pc: OfficePc) => (await pc.ask('hub.peerWork', undefined)).unconfirmed;

test('§20: with the province away the clerk’s paper reaches the chairman, who sees whose it is', async () => {
  const { clerk, second: chairman, hub } = await anOfficeWithHub();
  await province.cut(clerk, chairman);

  const paper = await register(clerk, registering(seeded, false));
  await chairman.sees(paper, (_view, isDirty) => isDirty);
  expect((await clerk.ask('sync.status', undefined)).hub).toMatchObject({
    isAnswering: true,
    relayed: 1,
  });
  expect(await unconfirmedAt(chairman)).toMatchObject([{ id: paper, name: seeded.clerk.fullName }]);
  expect(await unconfirmedAt(clerk)).toEqual([]);
  // Nothing of it lies readable at the hub.
  expect(JSON.stringify(hub.lines)).not.toContain('thử nghiệm tiếp nhận');

  // The clerk's PC dies before the province is back: the chairman's brings the work.
  await clerk.stop();
  await province.comeBack();
  await chairman.sees(paper, (_view, isDirty) => !isDirty);
  expect(chairman.rows.get(paper)?.rev).toBe(1);
  expect(await unconfirmedAt(chairman)).toEqual([]);
});

test('§20, M-25: colleagues’ work goes to the province before one’s own, and what was said twice counts once', async () => {
  const { clerk, second } = await anOfficeWithHub('vanthu');
  await province.cut(clerk, second);

  const paper = await register(clerk, registering(seeded, false));
  await second.sees(paper, (_view, isDirty) => isDirty);
  const row = second.rows.get(paper);
  if (!row) throw new Error('not seen');
  await second.ask('operations.append', {
    drafts: [correcting(row, 'note', 'chuyển phòng Kinh tế')],
  });
  await clerk.sees(paper, ({ note }) => note === 'chuyển phòng Kinh tế');
  // The first PC is off when the line comes back: the other one's correction must not come before the paper.
  await clerk.stop();
  await province.comeBack();
  await second.until(({ pendingOperations }) => pendingOperations === 0);
  await second.sees(paper, (_view, isDirty) => !isDirty);

  expect(second.rows.get(paper)).toMatchObject({ rev: 2, view: { note: 'chuyển phòng Kinh tế' } });
  expect(await second.ask('operations.list', undefined)).toEqual([]);
});

test('§20: of two who share a PC the second sees what the first left unsent, once the hub has it, and whose it is; the author sees it once', async () => {
  const pc = await province.aPc(seeded, 'vanthu');
  const become = async (login: string) => {
    await pc.ask('session.signOut', undefined);
    await pc.signIn(login, PASSWORD);
  };
  await become('chutich');
  await pc.until(({ connection, matchedAt }) => connection === 'online' && matchedAt !== null);
  await province.aHubFor(seeded, new Map([[pc, 'vanthu']]));
  await become('chutich');
  const authorityAt = async () => (await pc.ask('hub.describe', undefined))?.authorityAt;
  await expect.poll(authorityAt, { timeout: 20_000 }).toEqual(expect.any(String));
  await become('vanthu');
  await province.cut(pc);
  const paper = await register(pc, registering(seeded, false));
  await expect.poll(async () => (await pc.ask('sync.status', undefined)).hub?.relayed).toBe(1);

  await become('chutich');
  await pc.sees(paper, (_view, isDirty) => isDirty);
  expect(await unconfirmedAt(pc)).toMatchObject([{ id: paper, name: seeded.clerk.fullName }]);

  await become('vanthu');
  await pc.sees(paper, (_view, isDirty) => isDirty);
  expect(await unconfirmedAt(pc)).toEqual([]);
  await province.comeBack();
  await pc.until(({ pendingOperations }) => pendingOperations === 0);
  await become('chutich');
  await pc.sees(paper, (_view, isDirty) => !isDirty);
  expect(pc.rows.get(paper)?.rev).toBe(1);
  expect(await unconfirmedAt(pc)).toEqual([]);
});

test('§20: a file of the clerk’s paper comes to the chairman through the hub, sealed', async () => {
  const { clerk, second: chairman, hub } = await anOfficeWithHub();
  await province.cut(clerk, chairman);
  const scan = Buffer.alloc(700_000, 'bản quét của văn bản ');
  const { importId } = await clerk.ask('files.beginImport', {
    name: 'quet.jpg',
    sizeBytes: scan.length,
    role: 'chinh',
    notSecretConfirmed: true,
  });
  await clerk.ask('files.importChunk', { importId, index: 0, data: new Uint8Array(scan) });
  const { file } = await clerk.ask('files.finishImport', { importId });
  const [made] = registering(seeded, false);
  if (!made) throw new Error('nothing made');
  const body = { ...anIncomingRegistration(seeded, { files: [AttachedFile.parse(file)] }) };
  const paper = await register(clerk, [{ ...made, body, files: [file.sha256] }]);
  await chairman.sees(paper, (_view, isDirty) => isDirty);
  await expect.poll(() => [...hub.files.values()].map(({ frames }) => frames.size)).toEqual([6]);

  expect(await chairman.ask('files.fetch', { sha256: file.sha256 })).toEqual({
    sizeBytes: scan.length,
  });
  expect(await chairman.content.read(file.sha256, 0, scan.length)).toEqual(new Uint8Array(scan));
  const frames = [...hub.files.values()].flatMap((held) => [...held.frames.values()]);
  expect(Buffer.concat(frames).includes('bản quét')).toBe(false);
  // The journal goes on offering it to the province: a hub's word is not its.
  expect((await clerk.ask('sync.status', undefined)).pendingFiles).toBe(1);
});

test('§20: work that the province does not take is named to the colleague who saw it, until they have read so', async () => {
  const { clerk, second: chairman } = await anOfficeWithHub();
  await province.cut(clerk, chairman);
  const [made, number] = registering(seeded);
  if (!made || !number) throw new Error('nothing made');
  const paper = await register(clerk, [
    made,
    { ...number, body: { registerId: crypto.randomUUID() } },
  ]);
  await chairman.sees(paper, (_view, isDirty) => isDirty);
  await province.comeBack();
  await chairman.until(({ attention }) => attention === 1);

  const { refused } = await chairman.ask('hub.peerWork', undefined);
  expect(refused).toMatchObject([
    { target: { id: paper }, name: seeded.clerk.fullName, kind: 'cmd.requestNumber' },
  ]);
  await chairman.sees(paper, (_view, isDirty) => !isDirty);
  await chairman.ask('operations.dismiss', { opId: refused[0]?.opId ?? '' });
  expect((await chairman.ask('sync.status', undefined)).attention).toBe(0);
});
