import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Role, User } from '@shared/domain/organ/user';
import { FileHash } from '@shared/kernel/ids';
import type { OperationDraft } from '@shared/sync/operation';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import { startFaultProxy } from '../fault-proxy/fault-proxy';
import { aUser, PASSWORD } from '../support/builders';
import {
  aPdfOf,
  overServer,
  seedDispatchOffice,
  type DispatchOffice,
} from '../support/dispatch-office';
import {
  openHeadlessWorkstation,
  type HeadlessWorkstation,
} from '../support/headless/headless-workstation';
import { temporaryFolder } from '../support/temporary-folder';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startTestServer, stopTestServers } from '../support/test-server';

interface World {
  readonly database: TestDatabase;
  readonly admin: Admin;
  readonly office: DispatchOffice;
  readonly expert: User;
  readonly leader: User;
  readonly proxy: Awaited<ReturnType<typeof startFaultProxy>>;
  readonly certificate: { readonly certificateId: string; readonly certificateSha256: string };
}
let world: World;
/** A stick that goes from hand to hand. */
let stick: string;

beforeEach(async () => {
  stick = temporaryFolder();
  const database = await createTestDatabase();
  const server = await startTestServer({
    env: { DATABASE_URL: database.connectionString, LOG_LEVEL: 'error' },
  });
  const proxy = await startFaultProxy({ upstreams: () => [server.address] });
  onTestFinished(async () => {
    await proxy.close();
    await stopTestServers();
    await database.drop();
  });
  const admin = server.admin();
  const office = await seedDispatchOffice(overServer(server), 'H99.1');
  const officeId = office.office.id;
  const organId = office.organ.id;
  const expert = aUser({ officeId, login: 'chuyenvien' }, [{ role: 'chuyenVien', organId }]);
  const leader = aUser({ officeId, login: 'chanhvp' }, [{ role: 'lanhDaoVanPhong', organId }]);
  for (const person of [expert, leader]) await admin.createUser(person, PASSWORD);
  const certificate = { certificateId: randomUUID(), certificateSha256: 'a'.repeat(64) };
  await admin.upsertSigningCertificate({
    id: certificate.certificateId,
    officeId,
    thumbprint: certificate.certificateSha256,
    owner: { kind: 'person', userId: leader.id },
    holderName: 'Chứng thư thử',
    picture: null,
    active: true,
  });
  world = { database, admin, office, expert, leader, proxy, certificate };
});

/** A machine at which somebody has signed in and read everything, keys included. */
async function stationsOf(...people: readonly User[]): Promise<readonly HeadlessWorkstation[]> {
  const stations: HeadlessWorkstation[] = [];
  for (const { login } of people)
    stations.push(
      await openHeadlessWorkstation({
        folder: join(temporaryFolder(), login),
        address: () => world.proxy.address,
        enrolment: {
          code: await world.admin.createActivationCode(world.office.office.id),
          login,
          password: PASSWORD,
        },
      }),
    );
  for (const station of stations) {
    await station.settle();
    // After all have signed in: each knows the others' keys.
    expect(await station.learnKeys()).toEqual({ ok: true, value: undefined });
    onTestFinished(() => station.close());
  }
  return stations;
}

const hashOf = (bytes: Uint8Array): FileHash =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));
const stepOf =
  (id: string, role: Role) =>
  (
    kind: OperationDraft['kind'],
    body: object,
    files: readonly FileHash[] = [],
  ): OperationDraft => ({
    kind,
    target: { type: 'outgoingDocument', id },
    base: null,
    body: body as OperationDraft['body'],
    role,
    files,
  });

async function draftedBy(
  station: HeadlessWorkstation,
  { id, pdf, role = 'chuyenVien' }: { id: string; pdf: Uint8Array; role?: Role },
): Promise<void> {
  const { office, leader } = world;
  expect((await station.store.put(pdf)).ok).toBe(true);
  const step = stepOf(id, role);
  const file = aPdfOf(pdf, 'du-thao.pdf');
  await station.act([
    step(
      'create',
      {
        organId: office.organ.id,
        draftingUnitId: office.unitId,
        documentTypeId: 'CV',
        subject: 'Phối hợp rà soát địa giới thôn giáp ranh',
        signingForm: 'TM',
        signerUserId: leader.id,
        signerName: leader.fullName,
        signerPosition: 'CHÁNH VĂN PHÒNG',
        place: 'Thử Nghiệm',
        priority: 0,
        circulation: 'khong',
        recipients: [{ agencyCode: null, name: 'Sở Nội vụ', kind: 'chinh', channel: 'giay' }],
        issuedAmount: 1,
        pageAmount: 2,
        replyDueDate: null,
        replyToIncomingIds: [],
        note: null,
        notSecretConfirmed: true,
        drafts: [file],
      },
      [file.sha256],
    ),
    step('cmd.submitDraft', {}),
  ]);
}

async function signedBy(
  station: HeadlessWorkstation,
  id: string,
  pdf: Uint8Array,
): Promise<Uint8Array> {
  const signed = Buffer.concat([pdf, randomBytes(900)]);
  await station.store.put(signed);
  const step = stepOf(id, 'lanhDaoVanPhong');
  await station.act([
    step(
      'cmd.recordSignature',
      {
        pdf: aPdfOf(signed, 'da-ky.pdf'),
        basedOn: hashOf(pdf),
        ...world.certificate,
      },
      [hashOf(signed)],
    ),
  ]);
  return signed;
}

async function approvedBy(
  station: HeadlessWorkstation,
  id: string,
  pdf: Uint8Array,
): Promise<void> {
  const step = stepOf(id, 'lanhDaoVanPhong');
  await station.act([
    step('cmd.approveContent', { opinion: null }),
    step('cmd.approveFormat', { pdf: aPdfOf(pdf, 'du-thao.pdf'), opinion: null }),
  ]);
}

const target = (id: string) => ({ type: 'outgoingDocument', id }) as const;
const stickPath = (name: string): string => join(stick, `${name}.tcvgoi`);

async function handOver(
  from: HeadlessWorkstation,
  to: HeadlessWorkstation,
  id: string,
  { isAnswer = false, receiver = null as string | null } = {},
) {
  const path = stickPath(randomUUID());
  const made = await from.bundles.make({ target: target(id), receiver, isAnswer }, path);
  expect(made).toMatchObject({ ok: true });
  const taken = await to.bundles.take(path);
  expect(taken).toMatchObject({ ok: true, value: { target: target(id) } });
  await to.act([]);
  return {
    path,
    made: made.ok ? made.value : undefined,
    taken: taken.ok ? taken.value : undefined,
  };
}

const stateOf = (station: HeadlessWorkstation, id: string) => {
  const row = station.rows().get(id);
  return row && { state: row.view['state'], dirty: row.dirty, rev: row.rev };
};
const Acts = z.array(z.object({ kind: z.string(), status: z.string() }));
const operationsOf = async (): Promise<readonly string[]> => {
  const { rows } = await world.database.db.query(
    `select kind, outcome->>'status' as status from op where office_id = $1`,
    [world.office.office.id],
  );
  return Acts.parse(rows)
    .map(({ kind, status }) => `${kind} ${status}`)
    .toSorted();
};
const isWhole = async (sha256: FileHash): Promise<boolean> => {
  const { rows } = await world.database.db.query(
    'select 1 from file where sha256 = $1 and is_complete',
    [sha256],
  );
  return rows.length === 1;
};

describe('T-16: hand-over bundles', () => {
  test('T-16: expert → leader → clerk by stick alone; the province gets all of it from the last machine, and nothing twice', async () => {
    const { expert, leader, office } = world;
    const [expertPc, leaderPc, clerkPc] = await stationsOf(expert, leader, office.clerk);
    if (!expertPc || !leaderPc || !clerkPc) throw new Error('nobody came');
    world.proxy.interrupt();
    const id = randomUUID();
    const pdf = randomBytes(1_500_000);

    await draftedBy(expertPc, { id, pdf });
    await handOver(expertPc, leaderPc, id, { receiver: leader.id });
    expect(stateOf(leaderPc, id)).toEqual({ state: 'choDonVi', dirty: true, rev: 0 });
    await approvedBy(leaderPc, id, pdf);
    const signed = await signedBy(leaderPc, id, pdf);
    const back = await handOver(leaderPc, expertPc, id, { isAnswer: true });
    expect(back.made).toMatchObject({ operations: 3, files: 1 });
    expect(statSync(back.path).size).toBeLessThan(20_000);
    expect(stateOf(expertPc, id)).toMatchObject({ state: 'daKy' });
    expect(await expertPc.store.read(hashOf(signed))).toMatchObject({ ok: true });

    await handOver(leaderPc, clerkPc, id);
    expect(stateOf(clerkPc, id)).toMatchObject({ state: 'daKy', rev: 0 });
    await clerkPc.act([
      stepOf(id, 'vanThu')('cmd.requestNumber', { registerId: office.outgoingRegisterId }),
    ]);

    world.proxy.lift();
    await clerkPc.settle();
    expect(await clerkPc.sendFiles()).toEqual({ ok: true, value: undefined });
    const told = await operationsOf();
    expect(told).toEqual([
      'cmd.approveContent applied',
      'cmd.approveFormat applied',
      'cmd.recordSignature applied',
      'cmd.requestNumber applied',
      'cmd.submitDraft applied',
      'create applied',
    ]);
    expect(stateOf(clerkPc, id)).toMatchObject({ state: 'daCapSo', dirty: false });
    for (const bytes of [pdf, signed]) expect(await isWhole(hashOf(bytes))).toBe(true);

    for (const station of [expertPc, leaderPc]) {
      await station.settle();
      expect(await station.sendFiles()).toEqual({ ok: true, value: undefined });
    }
    for (const station of [clerkPc, expertPc, leaderPc]) await station.settle();
    expect(await operationsOf()).toEqual(told);
    for (const station of [expertPc, leaderPc, clerkPc])
      expect(stateOf(station, id)).toMatchObject({ state: 'daCapSo', dirty: false });
  });

  test('T-16: the author comes first, with the leader’s answer: each act reaches the province behind its cause', async () => {
    const { expert, leader } = world;
    const [expertPc, leaderPc] = await stationsOf(expert, leader);
    if (!expertPc || !leaderPc) throw new Error('nobody came');
    world.proxy.interrupt();
    const id = randomUUID();
    const pdf = randomBytes(70_000);
    await draftedBy(expertPc, { id, pdf });
    await handOver(expertPc, leaderPc, id);
    await approvedBy(leaderPc, id, pdf);
    await handOver(leaderPc, expertPc, id, { isAnswer: true });

    world.proxy.lift();
    await expertPc.settle();
    await expertPc.settle();
    expect(await operationsOf()).toEqual([
      'cmd.approveContent applied',
      'cmd.approveFormat applied',
      'cmd.submitDraft applied',
      'create applied',
    ]);
    await leaderPc.settle();
    expect(stateOf(leaderPc, id)).toMatchObject({ state: 'choKy', dirty: false });
  });

  test('§20: a paper that the receiver’s server copy never had is shown as its sender saw it, until the server tells of it', async () => {
    const { expert, leader, office } = world;
    const [expertPc, leaderPc, clerkPc] = await stationsOf(expert, leader, office.clerk);
    if (!expertPc || !leaderPc || !clerkPc) throw new Error('nobody came');
    const id = randomUUID();
    const pdf = randomBytes(70_000);
    await draftedBy(expertPc, { id, pdf });
    await expertPc.settle();
    expect(expertPc.rows().get(id)).toMatchObject({ dirty: false });
    world.proxy.interrupt();

    const { made } = await handOver(expertPc, leaderPc, id);
    expect(made).toMatchObject({ operations: 0, files: 1 });
    expect(stateOf(leaderPc, id)).toEqual({ state: 'choDonVi', dirty: true, rev: 0 });
    await approvedBy(leaderPc, id, pdf);
    await signedBy(leaderPc, id, pdf);
    await handOver(leaderPc, clerkPc, id);
    expect(stateOf(clerkPc, id)).toEqual({ state: 'daKy', dirty: true, rev: 0 });

    world.proxy.lift();
    await clerkPc.settle();
    expect(stateOf(clerkPc, id)).toMatchObject({ state: 'daKy', dirty: false });
    expect(clerkPc.peers.baseOf(id, () => true)).toBeUndefined();
    await leaderPc.settle();
    expect(leaderPc.rows().get(id)).toEqual(clerkPc.rows().get(id));
  });

  test('§9.7(5): the same paper signed on two machines: the first accepted stays, the other is told, and nothing is lost', async () => {
    const { expert, leader, office } = world;
    const stations = await stationsOf(expert, leader, leader, office.clerk);
    const [expertPc, leaderPc, otherPc, clerkPc] = stations;
    if (!expertPc || !leaderPc || !otherPc || !clerkPc) throw new Error('nobody came');
    const id = randomUUID();
    const pdf = randomBytes(70_000);
    await draftedBy(expertPc, { id, pdf });
    world.proxy.interrupt();
    await handOver(expertPc, leaderPc, id);
    await approvedBy(leaderPc, id, pdf);
    await handOver(leaderPc, otherPc, id);
    const first = await signedBy(leaderPc, id, pdf);
    const second = await signedBy(otherPc, id, pdf);

    await handOver(leaderPc, clerkPc, id);
    await handOver(otherPc, clerkPc, id);
    expect(clerkPc.rows().get(id)?.view['finalPdf']).toMatchObject({ sha256: hashOf(first) });
    world.proxy.lift();
    await clerkPc.settle();
    expect(clerkPc.peers.refused().map(({ decision }) => decision.outcome)).toEqual([
      { status: 'rejected', code: 'outgoing.signed-already' },
    ]);
    for (const station of stations) await station.settle();
    for (const station of stations)
      expect(station.rows().get(id)).toMatchObject({
        dirty: false,
        view: { state: 'daKy', finalPdf: { sha256: hashOf(first) } },
      });
    const [open] = otherPc.state.attention();
    expect(open?.outcome).toEqual({ status: 'rejected', code: 'outgoing.signed-already' });
    expect(otherPc.state.pinnedFiles()).toContain(hashOf(second));
    expect(await otherPc.store.has(hashOf(second))).toBe(true);
  });

  test('M-25, I-5: a bundle taken twice, and one that brings back one’s own work, change nothing', async () => {
    const { expert, leader } = world;
    const [expertPc, leaderPc] = await stationsOf(expert, leader);
    if (!expertPc || !leaderPc) throw new Error('nobody came');
    world.proxy.interrupt();
    const id = randomUUID();
    const pdf = randomBytes(70_000);
    await draftedBy(expertPc, { id, pdf });
    const { path, taken } = await handOver(expertPc, leaderPc, id);
    expect(taken).toMatchObject({ operations: 2, unread: 0, files: 1 });
    const before = leaderPc.rows().get(id);

    expect(await leaderPc.bundles.take(path)).toMatchObject({ value: { operations: 0 } });
    await leaderPc.act([]);
    expect(leaderPc.rows().get(id)).toEqual(before);
    const back = await handOver(leaderPc, expertPc, id);
    expect(back.taken).toMatchObject({ operations: 0 });
    expect(expertPc.rows().get(id)).toMatchObject({ view: { state: 'choDonVi' } });
    world.proxy.lift();
    for (const station of [leaderPc, expertPc, leaderPc]) await station.settle();
    expect(await operationsOf()).toEqual(['cmd.submitDraft applied', 'create applied']);
  });

  test('§20: whoever may not, or not yet, take a bundle is told why, and nothing of it is kept', async () => {
    const { expert, leader, office } = world;
    const [expertPc, leaderPc, clerkPc] = await stationsOf(expert, leader, office.clerk);
    if (!expertPc || !leaderPc || !clerkPc) throw new Error('nobody came');
    const id = randomUUID();
    const pdf = randomBytes(2_200_000);
    await draftedBy(expertPc, { id, pdf });
    world.proxy.interrupt();
    const { path } = await handOver(expertPc, leaderPc, id, { receiver: leader.id });
    const codeAt = async (station: HeadlessWorkstation, at: string) => {
      const taken = await station.bundles.take(at);
      return taken.ok ? 'taken' : taken.error.code;
    };
    const bytes = readFileSync(path);
    for (const text of ['địa giới', 'du-thao.pdf', leader.id, id, expert.id])
      expect(bytes.includes(text)).toBe(false);
    expect(bytes.includes(pdf.subarray(1000, 1064))).toBe(false);
    expect(bytes.includes(Buffer.from(office.office.id.replaceAll('-', ''), 'hex'))).toBe(true);

    expect(await codeAt(clerkPc, path)).toBe('bundle.not-for-you');
    const changed = (at: number, name: string): string => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      writeFileSync(stickPath(name), copy);
      return stickPath(name);
    };
    const cut = (length: number): string => {
      writeFileSync(stickPath(`cut-${length}`), bytes.subarray(0, length));
      return stickPath(`cut-${length}`);
    };
    for (const length of [4, 7, 30, 56, 60, 5_000, bytes.length - 80, bytes.length - 1])
      expect(await codeAt(leaderPc, cut(length))).toBe(
        length < 6 ? 'bundle.not-ours' : length < 8 ? 'bundle.newer' : 'bundle.damaged',
      );
    expect(await codeAt(leaderPc, changed(0, 'kind'))).toBe('bundle.not-ours');
    expect(await codeAt(leaderPc, changed(7, 'version'))).toBe('bundle.newer');
    expect(await codeAt(leaderPc, changed(10, 'office'))).toBe('bundle.other-office');
    expect(await codeAt(leaderPc, changed(41, 'label'))).toBe('bundle.no-key');
    for (const at of [50, 70, 100_000, bytes.length - 90])
      expect(await codeAt(leaderPc, changed(at, `at-${at}`))).toBe('bundle.damaged');

    await approvedBy(leaderPc, id, pdf);
    const answer = stickPath('answer');
    await leaderPc.bundles.make({ target: target(id), receiver: null, isAnswer: true }, answer);
    expect(await codeAt(clerkPc, answer)).toBe('bundle.needs-earlier');
    expect(clerkPc.rows().has(id)).toBe(false);
    expect(clerkPc.peers.undecided()).toEqual([]);
    expect(await clerkPc.store.has(hashOf(pdf))).toBe(false);
    expect(await codeAt(leaderPc, path)).toBe('taken');
  });

  test('§20: a bundle is not made of what is not here, nor of what moves, nor of nothing', async () => {
    const [expertPc] = await stationsOf(world.expert);
    if (!expertPc) throw new Error('nobody came');
    const id = randomUUID();
    const pdf = randomBytes(2_000);
    await draftedBy(expertPc, { id, pdf });
    world.proxy.interrupt();
    const make = async (of = id) => {
      const wish = { target: target(of), receiver: null, isAnswer: false };
      const made = await expertPc.bundles.make(wish, stickPath('made'));
      return made.ok ? 'made' : made.error.code;
    };
    await expertPc.store.remove(hashOf(pdf));
    expect(await make()).toBe('bundle.file-missing');
    await expertPc.store.put(pdf);
    expect(await make()).toBe('made');
    expect(await make(randomUUID())).toBe('bundle.nothing');
    const moving = stepOf(id, 'chuyenVien');
    await expertPc.act([moving('cmd.moveToDossier', { dossierId: randomUUID() })]);
    expect(await make()).toBe('bundle.moving');
  });

  test('§20: whoever’s keys and colleagues are older than the bundle is asked to meet the server once', async () => {
    const { expert, leader } = world;
    const [expertPc] = await stationsOf(expert);
    const [newcomer] = await stationsOf(leader);
    if (!expertPc || !newcomer) throw new Error('nobody came');
    const id = randomUUID();
    await draftedBy(newcomer, { id, pdf: randomBytes(2_000), role: 'lanhDaoVanPhong' });
    const path = stickPath('of-newcomer');
    const wish = { target: target(id), receiver: null, isAnswer: false };
    expect(await newcomer.bundles.make(wish, path)).toMatchObject({ ok: true });

    expect(await expertPc.bundles.take(path)).toMatchObject({
      error: { code: 'bundle.unknown-author' },
    });
    expect(expertPc.peers.undecided()).toEqual([]);
    await expertPc.learnKeys();
    expect(await expertPc.bundles.take(path)).toMatchObject({ value: { operations: 2 } });
  });
});
