import { readFileSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkSigningLog } from '../../../../src/main/features/signing/check-signing-log';
import { createSignDocuments } from '../../../../src/main/features/signing/sign-documents';
import {
  LOG_NAME,
  createSigningLog,
  maskedSerial,
  noFacts,
} from '../../../../src/main/features/signing/signing-log';
import { SigningLogEntry } from '../../../../src/main/features/signing/signing-log-entry';
import { nodeFiles } from '../../../../src/main/platform/file-port';
import { patientFiles } from '../../../../src/main/platform/patient-files';
import { utf8 } from '@shared/kernel/bytes';
import { fakeClock } from '../../../support/fake-clock';
import { anId } from '../../../support/core-builders';
import { silentLog } from '../../../support/silent-log';
import { createWaitingClock, troubledFiles } from '../../../support/troubled-files';
import { createChance } from '../../../simulation/random';
import { temporaryFolder } from '../../../support/temporary-folder';
import { anOffice, NOW, signAsLeader } from '../../shared/pades/helpers';
import { PIN } from './scripted-token';
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
const logOf = (folder: string): string => readFileSync(join(folder, 'signing.jsonl'), 'utf8');
const headOf = (folder: string): Uint8Array =>
  new Uint8Array(readFileSync(join(folder, 'signing-head.json')));
const check = (folder: string, text = logOf(folder)) => checkSigningLog(utf8(text), headOf(folder));
const problems = (folder: string, text?: string) =>
  check(folder, text).findings.map(({ line, problem }) => `${line} ${problem}`);
const openLog = (folder: string, files = nodeFiles) =>
  createSigningLog({ folder, clock: fakeClock(NOW), log: silentLog, files });
const facts = (n: number) =>
  ({ ...noFacts, act: anId(1, n), event: 'begun', userId: anId(4, 2) }) as const;

async function aLog(count: number): Promise<string> {
  const folder = temporaryFolder();
  const log = openLog(folder);
  for (let n = 1; n <= count; n++) await log.append(facts(n));
  return folder;
}

test('S-20: a signature is in the log from before the token is asked to after the act is saved', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  const before = world.deps.desk.findDocument(id)?.finalPdf?.sha256;
  world.begin('leader', [id]);
  await world.signAll(office.leader, [id]);

  const folder = join(world.folder, 'signing-log');
  const { entries, findings } = check(folder);
  const after = world.deps.desk.findDocument(id)?.finalPdf?.sha256;
  expect([findings, entries.map(({ event }) => event)]).toEqual([[], ['begun', 'made', 'saved']]);
  expect(entries[2]).toMatchObject({
    act: entries[0]?.act,
    userId: chairman.id,
    role: 'chuTich',
    intent: 'leader',
    documentId: id,
    field: 'ky_ca_nhan',
    certificateSha256: thumbprintOf(office.leader),
    before,
    after,
    level: 'B-B',
    tsaTime: null,
    error: null,
    pagesShown: 1,
    pageCount: 1,
    isRead: true,
    openedAt: new Date(NOW).toISOString(),
    findingsTicked: [],
  });
  expect(entries[2]?.tokenSerial).toMatch(/^….{0,4}$/);
  expect(logOf(folder)).not.toContain(PIN);
});

test('S-17, S-20: what was signed unread, and what failed, stand there as such', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  world.begin('leader', [id]);
  await world.sign(pressed(office.leader, [id], { unreadIds: [id], pin: utf8('000000') }));
  world.token.script.onSign = () => ({ code: 'token.removed' });
  await world.sign(pressed(office.leader, [id], { unreadIds: [id] }));

  const { entries } = check(join(world.folder, 'signing-log'));
  expect(entries.map(({ event, error }) => [event, error])).toEqual([
    ['refused', 'token.pin-wrong'],
    ['begun', null],
    ['failed', 'token.removed'],
  ]);
  expect(entries[2]).toMatchObject({ isRead: false, pagesShown: 0, openedAt: null });
});

test('S-20: a scanner that holds the log, or moves it aside, costs waiting alone', async () => {
  const folder = temporaryFolder();
  const { patience, now } = createWaitingClock();
  const scanner = { likelihood: 0.3, fromMs: 50, toMs: 20_000 };
  const disk = troubledFiles(nodeFiles, { chance: createChance('S-20'), now, scanner });

  for (let start = 0; start < 4; start++) {
    const log = openLog(folder, patientFiles(disk, patience));
    for (let n = 1; n <= 10; n++) {
      expect(await log.append(facts(start * 10 + n))).toEqual({ ok: true, value: undefined });
    }
  }

  expect(disk.troubles()).toBeGreaterThan(20);
  expect([check(folder).entries.length, problems(folder)]).toEqual([40, []]);
});

test('S-20: the serial of a token is masked', () => {
  expect([maskedSerial('0123456789'), maskedSerial('123')]).toEqual(['…6789', '…']);
});

test('S-20: nothing is signed when the log cannot be written', async () => {
  const world = await aSigningWorld(office);
  const id = await world.addDocument(readyPdf);
  writeFileSync(join(world.folder, 'signing-log'), 'a file where the folder should be');
  world.begin('leader', [id]);

  await world.signAll(office.leader, [id]);

  expect(world.describe()).toMatchObject({
    value: { items: [{ failure: 'signing.log-not-written' }] },
  });
  expect([world.token.signatures(), world.saved.length]).toEqual([0, 0]);
});

test.each(Object.keys(SigningLogEntry.unwrap().shape))(
  'S-20: a change of “%s” is found',
  async (field) => {
    const folder = await aLog(3);
    const lines = logOf(folder).split('\n');
    const entry = JSON.parse(lines[1] ?? '') as Record<string, unknown>;
    const other: Readonly<Record<string, unknown>> = {
      n: 7,
      act: anId(9, 9),
      event: 'saved',
      level: 'B-LT',
      userId: anId(9, 9),
      documentId: anId(9, 9),
      intent: 'seal',
      before: 'a'.repeat(64),
      shown: 'a'.repeat(64),
      after: 'a'.repeat(64),
      pagesShown: 9,
      pageCount: 9,
      isRead: true,
      findingsTicked: ['link'],
    };
    lines[1] = JSON.stringify({ ...entry, [field]: other[field] ?? 'b'.repeat(64) });

    expect(problems(folder, lines.join('\n'))).toContain(
      field === 'hash' ? '3 broken-link' : '2 changed',
    );
  },
);

test('S-20: lines taken out, put in another order or cut off the end are missed', async () => {
  const folder = await aLog(4);
  const [a = '', b = '', c = '', d = ''] = logOf(folder).split('\n');
  const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

  expect([
    problems(folder, text(a, c, d)),
    problems(folder, text(a, c, b, d)),
    problems(folder, text(a, b, c)),
    problems(folder, ''),
    problems(folder, text(a, 'x', c, d)),
    problems(folder, `${text(a, b, c)}${d.slice(0, 20)}`),
    problems(folder, text(a, b, c, d)),
  ]).toEqual([
    ['2 hole'],
    ['2 hole', '3 hole', '4 hole'],
    ['3 cut-off'],
    ['0 cut-off'],
    ['2 unreadable', '3 hole'],
    ['4 torn', '3 cut-off'],
    [],
  ]);
});

test('S-20: a restart goes on with the chain; a torn line is taken off and named in it', async () => {
  const folder = await aLog(2);
  appendFileSync(join(folder, 'signing.jsonl'), '{"act":"half a li');

  await openLog(folder).append(facts(3));

  const { entries, findings } = check(folder);
  expect(findings).toEqual([]);
  expect(entries.map(({ n, event, error }) => [n, event, error])).toEqual([
    [1, 'begun', null],
    [2, 'begun', null],
    [3, 'damaged', 'torn'],
    [4, 'begun', null],
  ]);
});

test('S-20: a log whose end was cut off goes on behind the hole, which stays visible', async () => {
  const folder = await aLog(3);
  writeFileSync(join(folder, 'signing.jsonl'), `${logOf(folder).split('\n')[0]}\n`);

  await openLog(folder).append(facts(4));

  expect(problems(folder)).toEqual(['2 hole']);
  expect(check(folder).entries.map(({ n, error }) => [n, error])).toEqual([
    [1, null],
    [4, 'cut-off'],
    [5, null],
  ]);
});

test('S-20: a death between the line and its answer costs nothing and leaves no finding', async () => {
  const folder = await aLog(2);
  const dying = openLog(folder, {
    ...nodeFiles,
    rename: () => Promise.reject(new Error('killed')),
  });
  expect((await dying.append(facts(3))).ok).toBe(false);
  expect(problems(folder)).toEqual([]);

  await openLog(folder).append(facts(4));

  expect([problems(folder), check(folder).entries.map(({ act }) => act)]).toEqual([
    [],
    [1, 2, 3, 4].map((n) => anId(1, n)),
  ]);
});

test('S-20, T-10: of a log that somebody changed no file is taken as signed', async () => {
  const folder = await aLog(2);
  const made = {
    ...facts(3),
    event: 'made' as const,
    after: 'a'.repeat(64) as never,
    level: 'B-B' as const,
  };
  await openLog(folder).append(made);
  expect(await openLog(folder).findMade(made)).toMatchObject({ sha256: 'a'.repeat(64) });

  const path = join(folder, LOG_NAME);
  writeFileSync(path, logOf(folder).replaceAll('a'.repeat(64), 'b'.repeat(64)));

  expect(await openLog(folder).findMade(made)).toBeUndefined();
});

/** The program as it comes up again over the same disk. */
const restarted = (world: SigningWorld) => {
  const log = openLog(join(world.folder, 'signing-log'));
  return createSignDocuments({ ...world.deps, signingLog: log });
};

const dead = () => Promise.reject(new Error('killed'));
const deaths: readonly (readonly [
  step: string,
  signatures: number,
  die: (world: SigningWorld) => void,
])[] = [
  [
    'before the token is asked',
    1,
    ({ now }) =>
      void (now.beforeJob = (job) => (job.do === 'prepareSignature' ? dead() : undefined)),
  ],
  [
    'before the value is put in',
    2,
    ({ now }) =>
      void (now.beforeJob = (job) => (job.do === 'completeSignature' ? dead() : undefined)),
  ],
  ['when the file is kept', 2, ({ now }) => void (now.putFailure = { code: 'files.disk-full' })],
  [
    'before the act is saved',
    1,
    ({ now }) => void (now.appendFailure = { code: 'journal.write-failed' }),
  ],
];

test.each(deaths)(
  'S-17, T-10: a death %s leaves the old file or the whole new one, signed once',
  async (_step, signatures, die) => {
    const world = await aSigningWorld(office);
    const done = await world.addDocument(readyPdf);
    const id = await world.addDocument(readyPdf);
    world.begin('leader', [done, id]);
    await world.signAll(office.leader, [done]);
    const before = world.deps.desk.findDocument(id)?.finalPdf?.sha256;
    die(world);
    await world.signAll(office.leader, [id]);
    expect(world.deps.desk.findDocument(id)?.finalPdf?.sha256).toBe(before);
    Object.assign(world.now, {
      beforeJob: () => undefined,
      putFailure: undefined,
      appendFailure: undefined,
    });

    const again = restarted(world);
    expect(again.begin('leader', [done, id]).ok).toBe(false);
    again.begin('leader', [id]);
    expect(await again.sign(pressed(office.leader, [id], { unreadIds: [id] }))).toEqual({
      ok: true,
      value: { signed: 1 },
    });

    const acts = world.saved.filter(({ target }) => target.id === id);
    expect([acts.length, world.token.signatures() - 1]).toEqual([1, signatures]);
    expect(problems(join(world.folder, 'signing-log'))).toEqual([]);
  },
);

test('S-12, T-10: a seal that was made and not saved is not recorded once the leader’s certificate is revoked', async () => {
  const world = await aSigningWorld(office);
  const signed = signAsLeader(office, readyPdf);
  const id = await world.addDocument(signed, waitingForSeal(signed));
  world.now.person = clerk;
  world.now.appendFailure = { code: 'journal.write-failed' };
  world.begin('seal', [id]);
  await world.signAll(office.organ, [id]);
  world.now.appendFailure = undefined;
  world.now.served = office.pki.crl({
    thisUpdate: new Date('2026-11-22T05:00:00Z'),
    nextUpdate: new Date('2026-11-29T00:00:00Z'),
    revoked: [{ serial: office.leader.serial, at: new Date('2026-11-22T01:00:00Z') }],
  });

  await world.deps.trust.refresh([office.leader.certificate]);
  const again = restarted(world);
  again.begin('seal', [id]);
  await again.sign(pressed(office.organ, [id], { unreadIds: [id] }));

  const described = again.describe();
  expect(described.ok && described.value.items.map(({ failure }) => failure)).toEqual([
    'signing.certificate-revoked',
  ]);
  expect([world.saved.length, world.token.signatures()]).toEqual([0, 1]);
});
