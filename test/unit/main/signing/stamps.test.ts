import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG_NAME } from '../../../../src/main/features/signing/signing-log';
import { SigningLogEntry } from '../../../../src/main/features/signing/signing-log-entry';
import type { FileHash } from '@shared/kernel/ids';
import type { VerificationReport } from '@shared/domain/signing/verification-report';
import { fieldNames } from '@shared/pades/field-names';
import { createDemoPki } from '../../../support/demo-pki';
import { stampWithOpenssl } from '../../../support/openssl-authorities';
import {
  anOffice,
  handwriting,
  needs,
  run,
  saved,
  signWith,
  temporaryFolder,
} from '../../shared/pades/helpers';
import {
  aSigningWorld,
  chairman,
  clerk,
  readyPdf,
  waitingForSeal,
  type SigningWorld,
} from './signing-world';

const DAY = 86_400_000;
const office = anOffice();
const { pki } = office;
const tsa = pki.issue({ commonName: 'TSA trình diễn', isTimestampAuthority: true });
const answers = (request: Uint8Array): Uint8Array => stampWithOpenssl(pki, tsa, request);

/** openssl stamps by the real clock: the day of the test is today. */
async function aWorld(authority: SigningWorld['now']['authority'] = answers) {
  const world = await aSigningWorld(office);
  world.clock.setWall(Date.now());
  world.now.authority = authority;
  world.now.served = pki.crl({
    thisUpdate: new Date(Date.now() - DAY),
    nextUpdate: new Date(Date.now() + DAY),
  });
  return world;
}

const signedOffline = signWith(office, readyPdf, office.leader, {
  field: fieldNames.leader,
  signedAtMs: Date.now(),
  appearance: { kind: 'handwriting', png: handwriting },
});

async function signOnly(world: SigningWorld, ids: readonly string[], intent: 'leader' | 'seal') {
  world.now.person = intent === 'leader' ? chairman : clerk;
  world.begin(intent, ids);
  return world.signAll(intent === 'leader' ? office.leader : office.organ, ids);
}

async function fileOf({ deps }: SigningWorld, id: string): Promise<Uint8Array> {
  const read = await deps.files.read(deps.desk.findDocument(id)?.finalPdf?.sha256 as FileHash);
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
}

async function judged(world: SigningWorld, id: string): Promise<VerificationReport> {
  const report = await world.deps.pades.run({
    do: 'verify',
    bytes: await fileOf(world, id),
    trustPem: await world.deps.trust.read(),
    nowMs: Date.now() + 5000,
  });
  if (!report.ok) throw new Error(report.error.code);
  return report.value;
}
const kinds = ({ signatures }: VerificationReport) =>
  signatures.map(({ kind, integrity, level }) => [kind, integrity, level]);
const levels = (world: SigningWorld) => {
  const described = world.describe();
  return described.ok ? described.value.items.map(({ state, level }) => [state, level]) : [];
};

describe('S-15: the signature’s own timestamp', needs('openssl', 'pdfsig'), () => {
  test('the leader’s signature reaches B-T, and pdfsig finds it valid', async () => {
    const world = await aWorld();
    const id = await world.addDocument(readyPdf);

    await signOnly(world, [id], 'leader');

    expect(levels(world)).toEqual([['signed', 'B-T']]);
    const report = await judged(world, id);
    expect(kinds(report)).toEqual([['leader', 'intact', 'B-T']]);
    expect(report.signatures[0]?.coversWholeFile).toBe(true);
    // S-20: what the authority said stands in the log.
    const told = readFileSync(join(world.folder, 'signing-log', LOG_NAME), 'utf8')
      .trim()
      .split('\n')
      .map((line) => SigningLogEntry.parse(JSON.parse(line)).tsaTime);
    expect(told).toEqual([null, ...Array(2).fill(report.signatures[0]?.provenTime)]);
    expect(report.signatures[0]?.provenTime).toMatch(/^\d{4}-/);
    const path = saved(temporaryFolder(), 'x.pdf', await fileOf(world, id));
    expect(run('pdfsig', ['-nocert', path])).toContain('Signature is Valid');
  });

  test('without an authority nothing is asked and the window says so', async () => {
    const world = await aWorld();
    world.now.authority = undefined;
    const id = await world.addDocument(readyPdf);

    await signOnly(world, [id], 'leader');

    expect(world.describe()).toMatchObject({ value: { asksForTimestamps: false } });
    expect(levels(world)).toEqual([['signed', 'B-B']]);
  });

  const flipped = (bytes: Uint8Array) =>
    bytes.map((byte, i) => (i === bytes.length - 10 ? byte ^ 1 : byte));
  const recorded: Uint8Array[] = [];
  const expired = pki.issue({
    commonName: 'TSA',
    isTimestampAuthority: true,
    notAfter: new Date('2026-01-01T00:00:00Z'),
  });
  const stranger = createDemoPki();
  const strange = stranger.issue({ commonName: 'TSA', isTimestampAuthority: true });

  test.each<readonly [string, (request: Uint8Array) => Uint8Array | undefined]>([
    ['does not answer in time, answers too much or sends elsewhere', () => undefined],
    ['answers rubbish', () => new Uint8Array(1000).fill(0x30)],
    ['answers with a changed token', (request) => flipped(answers(request))],
    [
      'answers with an older answer',
      (request) =>
        (recorded[0] ??= answers(request.map((byte, i) => (i === 60 ? byte ^ 1 : byte)))),
    ],
    ['has a certificate that ended', (request) => stampWithOpenssl(pki, expired, request)],
    ['is not trusted here', (request) => stampWithOpenssl(stranger, strange, request)],
  ])('an authority that %s never fails a signature: B-B', async (_what, authority) => {
    const world = await aWorld(authority);
    const id = await world.addDocument(readyPdf);

    expect(await signOnly(world, [id], 'leader')).toEqual({ ok: true, value: { signed: 1 } });

    expect(levels(world)).toEqual([['signed', 'B-B']]);
    expect(kinds(await judged(world, id))).toEqual([['leader', 'intact', 'B-B']]);
  });

  test('an authority that failed once is not asked again in the same batch', async () => {
    let asked = 0;
    const world = await aWorld(() => {
      asked += 1;
      return undefined;
    });
    const ids = [
      await world.addDocument(readyPdf),
      await world.addDocument(readyPdf),
      await world.addDocument(readyPdf),
    ];

    await signOnly(world, ids, 'leader');

    expect(asked).toBe(1);
    expect(levels(world)).toEqual(ids.map(() => ['signed', 'B-B']));

    const next = await world.addDocument(readyPdf);
    world.now.authority = answers;
    await signOnly(world, [next], 'leader');
    expect(levels(world)).toEqual([['signed', 'B-T']]);
  });
});

describe('S-15, S-16: the seal’s act completes the file', needs('openssl', 'qpdf'), () => {
  test('a leader who signed without a line gets the time before number and seal, then B-LT', async () => {
    const world = await aWorld();
    const id = await world.addDocument(signedOffline, waitingForSeal(signedOffline));

    await signOnly(world, [id], 'seal');

    expect(world.states()).toEqual(['signed']);
    const report = await judged(world, id);
    expect(kinds(report)).toEqual([
      ['leader', 'intact', 'B-LT'],
      ['timestamp', 'intact', 'timestamp'],
      ['organ', 'intact', 'B-LT'],
    ]);
    expect(report.verdict).toBe('HOP_LE_CANH_BAO');
    expect(levels(world)).toEqual([['signed', 'B-LT']]);
    const bytes = await fileOf(world, id);
    expect(Buffer.from(bytes.subarray(0, signedOffline.length)).equals(signedOffline)).toBe(true);
    const path = saved(temporaryFolder(), 'x.pdf', bytes);
    expect(run('qpdf', ['--check', path])).toContain('No syntax or stream encoding errors');
    expect(world.saved).toMatchObject([
      {
        kind: 'cmd.recordSeal',
        body: { basedOn: world.deps.desk.findDocument(id) && expect.any(String) },
      },
    ]);
  });

  test('a leader’s signature with its own timestamp needs no other one', async () => {
    const world = await aWorld();
    const first = await world.addDocument(readyPdf);
    await signOnly(world, [first], 'leader');
    const signed = await fileOf(world, first);
    const id = await world.addDocument(signed, waitingForSeal(signed));

    await signOnly(world, [id], 'seal');

    expect(kinds(await judged(world, id))).toEqual([
      ['leader', 'intact', 'B-LT'],
      ['organ', 'intact', 'B-LT'],
    ]);
  });

  test('without revocation data the seal stays at B-T', async () => {
    const world = await aWorld();
    world.now.served = undefined;
    const id = await world.addDocument(signedOffline, waitingForSeal(signedOffline));

    await signOnly(world, [id], 'seal');

    expect(levels(world)).toEqual([['signed', 'B-T']]);
  });

  test('without an answer the paper is sealed all the same, at B-B', async () => {
    const world = await aWorld(() => undefined);
    const id = await world.addDocument(signedOffline, waitingForSeal(signedOffline));

    await signOnly(world, [id], 'seal');

    expect(levels(world)).toEqual([['signed', 'B-B']]);
    expect(kinds(await judged(world, id))).toEqual([
      ['leader', 'intact', 'B-B'],
      ['organ', 'intact', 'B-B'],
    ]);
  });
});
