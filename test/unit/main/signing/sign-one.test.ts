import { expect, test } from 'vitest';
import { equalBytes } from '@shared/kernel/bytes';
import type { FileHash } from '@shared/kernel/ids';
import { anOffice, signAsLeader, verify } from '../../shared/pades/helpers';
import {
  aSigningWorld,
  chairman,
  clerk,
  pressed,
  readyPdf,
  thumbprintOf,
  waitingForSeal,
  type SigningWorld,
} from './signing-world';

const office = anOffice();
const signedPdf = signAsLeader(office, readyPdf);
const failedWith = (code: string) => ({ value: { items: [{ state: 'failed', failure: code }] } });

/** The only document of a world, begun and signed by the one whose turn it is. */
async function signOnly(world: SigningWorld, id: string, intent: 'leader' | 'seal' = 'leader') {
  world.now.person = intent === 'leader' ? chairman : clerk;
  world.begin(intent, [id]);
  return world.signAll(intent === 'leader' ? office.leader : office.organ, [id]);
}

async function bytesOf({ deps }: SigningWorld, sha256: unknown): Promise<Uint8Array> {
  const read = await deps.files.read(sha256 as FileHash);
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
}

test('S-5: the new file starts with the old one, and the act names both', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  const before = world.deps.desk.findDocument(id)?.finalPdf;

  await signOnly(world, id);

  const [act] = world.saved;
  const pdf = world.deps.desk.findDocument(id)?.finalPdf;
  const after = await bytesOf(world, pdf?.sha256);
  expect(act).toMatchObject({
    kind: 'cmd.recordSignature',
    role: 'chuTich',
    base: 1,
    body: { basedOn: before?.sha256, certificateSha256: thumbprintOf(office.leader) },
    files: [pdf?.sha256],
  });
  expect(equalBytes(after.subarray(0, readyPdf.length), readyPdf)).toBe(true);
  expect(verify(after, office.trust).signatures).toMatchObject([
    { kind: 'leader', integrity: 'intact', trust: 'trusted', coversWholeFile: true },
  ]);
});

test('S-11, S-12: the seal writes number and date over the leader’s signature and both stay valid', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(signedPdf, waitingForSeal(signedPdf));

  expect(await signOnly(world, id, 'seal')).toEqual({ ok: true, value: { signed: 1 } });

  const after = await bytesOf(world, world.deps.desk.findDocument(id)?.finalPdf?.sha256);
  expect(equalBytes(after.subarray(0, signedPdf.length), signedPdf)).toBe(true);
  expect(verify(after, office.trust).signatures).toMatchObject([
    { kind: 'leader', integrity: 'intact', changes: 'permitted' },
    { kind: 'organ', integrity: 'intact', coversWholeFile: true },
  ]);
});

test('S-7: a value that does not fit leaves no file and no act', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.token.script.onSign = () => 'wrongValue';

  await signOnly(world, id);

  expect(world.describe()).toMatchObject(failedWith('signing.signature-wrong'));
  expect(world.saved).toEqual([]);
  expect(world.deps.desk.findDocument(id)?.state).toBe('choKy');
});

test('S-7: a full disk leaves the document as it was, and the next try signs it', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.now.putFailure = { code: 'files.disk-full' };

  await signOnly(world, id);
  expect(world.describe()).toMatchObject(failedWith('files.disk-full'));
  expect(world.saved).toEqual([]);

  world.now.putFailure = undefined;
  expect(await world.signAll(office.leader, [id])).toEqual({ ok: true, value: { signed: 1 } });
});

test('S-7: an act that cannot be saved leaves the document as it was', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.now.appendFailure = { code: 'journal.write-failed' };

  await signOnly(world, id);

  expect(world.describe()).toMatchObject(failedWith('journal.write-failed'));
  expect(world.deps.desk.findDocument(id)?.state).toBe('choKy');
});

test('S-19: a file that changed since the window opened is not signed', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.begin('leader', [id]);
  await world.readToTheEnd(id);
  const entry = { ...world.deps.desk.findDocument(id), state: 'traLai' };
  world.deps.desk.findDocument = (() => entry) as never;

  await world.sign(pressed(office.leader, [id]));

  expect(world.describe()).toMatchObject(failedWith('outgoing.file-changed'));
  expect(world.token.signatures()).toBe(0);
});

test('S-12: a file without the leader’s signature is not sealed', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf, waitingForSeal(readyPdf));

  await signOnly(world, id, 'seal');

  expect(world.describe()).toMatchObject(failedWith('signing.leader-signature-missing'));
  expect(world.token.signatures()).toBe(0);
});

test('S-12: a leader’s signature with a certificate that is not registered is not sealed', async () => {
  const world = await aSigningWorld(office);
  const other = { ...office, leader: office.pki.issue({ commonName: 'Nguyễn Văn Mẫu' }) };
  const foreign = signAsLeader(other, readyPdf);
  const id = await world.addDocument(foreign, waitingForSeal(foreign));

  await signOnly(world, id, 'seal');

  expect(world.describe()).toMatchObject(failedWith('signing.leader-signature-missing'));
});

test('S-12: a signed file with one changed byte is not sealed', async () => {
  const world = await aSigningWorld(office);
  const tampered = signedPdf.slice();
  tampered[5_000] = (tampered[5_000] ?? 0) ^ 1;
  const id = await world.addDocument(tampered, waitingForSeal(tampered));

  await signOnly(world, id, 'seal');

  expect(world.describe()).toMatchObject(failedWith('signing.signatures-not-understood'));
  expect(world.token.signatures()).toBe(0);
});

test('S-12: another file than the one the leader’s act recorded is not sealed', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(signedPdf, waitingForSeal(signedPdf, readyPdf));

  await signOnly(world, id, 'seal');

  expect(world.describe()).toMatchObject(failedWith('signing.leader-signature-missing'));
});

test('S-18: nothing is signed over a file that carries a broken signature', async () => {
  const world = await aSigningWorld(office);
  const tampered = signedPdf.slice();
  tampered[5_000] = (tampered[5_000] ?? 0) ^ 1;
  const id = await world.addDocument(tampered);

  await signOnly(world, id);

  expect(world.describe()).toMatchObject(failedWith('signing.gate-stopped'));
});

test('S-5: a new file that does not start with the old bytes is not kept', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.now.beforeJob = (job) => {
    if (job.do === 'completeSignature') job.before[100] = (job.before[100] ?? 0) ^ 1;
  };

  await signOnly(world, id);

  expect(world.describe()).toMatchObject(failedWith('signing.check-failed'));
  expect(world.saved).toEqual([]);
});
