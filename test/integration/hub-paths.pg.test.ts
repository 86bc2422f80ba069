import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AttachedFile } from '@shared/domain/document/incoming-document';
import { AuthorityReply } from '@shared/protocol/relay-message';
import type { OperationDraft } from '@shared/sync/operation';
import {
  anIncomingRegistration,
  enrolTestDevice,
  overHttp,
  PASSWORD,
  seedOffice,
  signIn,
  type SeededOffice,
} from '../support/builders';
import { correcting, registering } from '../support/headless/office-work';
import { aListeningNode, type ListeningNode } from '../support/listening-node';
import { startOfficeHub } from '../support/office-hub';
import { startOfficePc, type OfficePc } from '../support/office-pc';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let node: ListeningNode;
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await aListeningNode(database);
});
afterAll(async () => {
  await node.die();
  await database.drop();
});
beforeEach(async () => {
  seeded = await seedOffice(node.admin);
});

const online = ({ connection }: { readonly connection: string }) => connection === 'online';

async function aPc(login: string, name: string): Promise<OfficePc> {
  const pc = await startOfficePc({ folder: join(temporaryFolder(), name) });
  const code = await node.admin.createActivationCode(seeded.office.id);
  await pc.ask('session.enrol', { address: node.address, code, deviceName: name });
  await pc.signIn(login, PASSWORD);
  await pc.until((status) => online(status) && status.matchedAt !== null);
  return pc;
}

/** What the province tells a hub of the office now. */
async function authorityNow() {
  const post = overHttp(node.address);
  const code = await node.admin.createActivationCode(seeded.office.id, 1, {}, 'hub');
  const { accessToken } = await signIn(post, await enrolTestDevice(post, code), seeded.clerk);
  const reply = await fetch(`${node.address}/relay/authority`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return AuthorityReply.parse(await reply.json());
}

/** A clerk's PC and the chairman's, both with a hub that the province knows of. */
async function anOfficeWithHub() {
  const clerk = await aPc('vanthu', 'may-van-thu');
  const chairman = await aPc('chutich', 'may-chu-tich');
  const hub = await startOfficeHub(seeded.office.id, await authorityNow());
  for (const pc of [clerk, chairman]) {
    const view = await pc.ask('hub.connect', { code: hub.code });
    expect(view?.status).toMatchObject({ isAnswering: true, problem: null });
  }
  return { clerk, chairman, hub };
}

const register = async (pc: OfficePc, drafts: readonly OperationDraft[] = registering(seeded)) => {
  await pc.ask('operations.append', { drafts });
  return drafts[0]?.target.id ?? '';
};

/** The province is away for everybody. */
async function cut(...pcs: readonly OfficePc[]) {
  await node.die();
  for (const pc of pcs) await pc.until((status) => status.connection === 'offline');
}
const comeBack = async () => {
  node = await aListeningNode(database, { port: node.port });
};
const unconfirmedAt = async (pc: OfficePc) =>
  (await pc.ask('hub.peerWork', undefined)).unconfirmed;

test('§20: with the province away the clerk’s paper reaches the chairman, who sees whose it is', async () => {
  const { clerk, chairman, hub } = await anOfficeWithHub();
  await cut(clerk, chairman);

  const paper = await register(clerk, registering(seeded, false));
  await chairman.sees(paper, (_view, isDirty) => isDirty);
  expect((await clerk.ask('sync.status', undefined)).hub).toMatchObject({
    isAnswering: true,
    relayed: 1,
  });
  expect(await unconfirmedAt(chairman)).toMatchObject([
    { id: paper, name: seeded.clerk.fullName },
  ]);
  expect(await unconfirmedAt(clerk)).toEqual([]);
  // Nothing of it lies readable at the hub.
  expect(JSON.stringify(hub.lines)).not.toContain('thử nghiệm tiếp nhận');

  // The clerk's PC dies before the province is back: the chairman's brings the work.
  await clerk.stop();
  await comeBack();
  await chairman.sees(paper, (_view, isDirty) => !isDirty);
  expect(chairman.rows.get(paper)?.rev).toBe(1);
  expect(await unconfirmedAt(chairman)).toEqual([]);
});

test('§20, M-25: colleagues’ work goes to the province before one’s own, and what was said twice counts once', async () => {
  const { clerk } = await anOfficeWithHub();
  const second = await aPc('vanthu', 'may-van-thu-2');
  const hub = await startOfficeHub(seeded.office.id, await authorityNow());
  for (const pc of [clerk, second]) await pc.ask('hub.connect', { code: hub.code });
  await cut(clerk, second);

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
  await comeBack();
  await second.until(({ pendingOperations }) => pendingOperations === 0);
  await second.sees(paper, (_view, isDirty) => !isDirty);

  expect(second.rows.get(paper)).toMatchObject({ rev: 2, view: { note: 'chuyển phòng Kinh tế' } });
  expect(await second.ask('operations.list', undefined)).toEqual([]);
});

test('§20: a file of the clerk’s paper comes to the chairman through the hub, sealed', async () => {
  const { clerk, chairman, hub } = await anOfficeWithHub();
  await cut(clerk, chairman);
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
  const { clerk, chairman } = await anOfficeWithHub();
  await cut(clerk, chairman);
  const [made] = registering(seeded, false);
  if (!made) throw new Error('nothing made');
  const bad = { ...made, body: { ...made.body, registerId: crypto.randomUUID() } };
  const paper = await register(clerk, [bad]);
  await chairman.sees(paper, (_view, isDirty) => isDirty);
  await comeBack();
  await chairman.until(({ attention }) => attention === 1);

  const { refused } = await chairman.ask('hub.peerWork', undefined);
  expect(refused).toMatchObject([
    { target: { id: paper }, name: seeded.clerk.fullName, kind: 'create' },
  ]);
  expect(chairman.rows.has(paper)).toBe(false);
  await chairman.ask('operations.dismiss', { opId: refused[0]?.opId ?? '' });
  expect((await chairman.ask('sync.status', undefined)).attention).toBe(0);
});
