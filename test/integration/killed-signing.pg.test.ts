import { fork } from 'node:child_process';
import { once as nextEvent } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { FileHash } from '@shared/kernel/ids';
import type { OperationDraft } from '@shared/sync/operation';
import { checkSigningLog } from '../../src/main/features/signing/check-signing-log';
import { HEAD_NAME, LOG_NAME } from '../../src/main/features/signing/signing-log';
import { PASSWORD } from '../support/builders';
import { anOutgoingDraft } from '../support/core-builders';
import type { Death, DyingOrder, Told } from '../support/dying-signer';
import { buildTokenWorker } from '../support/fork-token-process';
import { searchDeeply } from '../e2e/support/deep-search';
import { startProvince } from '../support/hub-office';
import type { OfficePc } from '../support/office-pc';
import { fetches, importPdf, seedSigningOffice, signingWorkers } from '../support/signing-office';
import { createSoftToken, findSoftHsm } from '../support/soft-token';
import { temporaryFolder } from '../support/temporary-folder';
import { fixture, prepared } from '../unit/shared/pades/helpers';

/** Of the three entries of a signature the first, second or third. */
const ofLog = (change: string): readonly Death[] =>
  [1, 2, 3].map((nth) => ({ change: change.replace(' ', ' signing-log/'), nth }));
const once = (change: string): Death => ({ change, nth: 1 });

/** Between the press and the saved act, in the order of what they strike. */
const deaths: readonly Death[] = [
  ...ofLog('write signing.jsonl'),
  ...ofLog('half signing.jsonl'),
  ...ofLog('half signing-head.json.new'),
  ...ofLog('rename signing-head.json'),
  once('create files/#.*.new'),
  once('write files/#.*.new'),
  once('half files/#.*.new'),
  { change: 'half files/#.*.new', nth: 2 },
  once('rename files/#'),
  once('write journal/00000001.jnl'),
  once('half journal/00000001.jnl'),
];
/** In each paper's words, which may stand in no file but sealed. */
const MARK = 'Trích yếu có dấu vết 7C1B9E';
const signer = fileURLToPath(new URL('../support/dying-signer.ts', import.meta.url));

let province: Awaited<ReturnType<typeof startProvince>>;
let tokenWorker: string;

beforeAll(async () => {
  province = await startProvince();
  tokenWorker = await buildTokenWorker();
});
afterAll(() => province.stop());

/** A process that signs, to its end. */
async function run(order: DyingOrder, temporary: string): Promise<NodeJS.Signals | number | null> {
  const child = fork(signer, [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [code, signal] = (await nextEvent(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}

/** Papers that wait for the leader. */
async function papersFor(
  clerk: OfficePc,
  count: number,
  { seeded, unit }: Awaited<ReturnType<typeof seedSigningOffice>>,
): Promise<readonly string[]> {
  const file = await importPdf(clerk, new Uint8Array(prepared(fixture('chromium-draft.pdf'))));
  const { chairman: leader, organ } = seeded;
  const papers: string[] = [];
  for (let n = 0; n < count; n++) {
    const paper = { type: 'outgoingDocument', id: crypto.randomUUID() } as const;
    const act = (kind: OperationDraft['kind'], over: Partial<OperationDraft> = {}) =>
      clerk.ask('operations.append', {
        drafts: [{ kind, target: paper, base: null, role: 'vanThu', body: {}, ...over }],
      });
    const draft = anOutgoingDraft({
      organId: organ.id,
      draftingUnitId: unit.id,
      signerUserId: leader.id,
      signerName: leader.fullName,
      signerPosition: 'CHỦ TỊCH',
      title: MARK,
      recipients: [{ agencyCode: null, name: 'Ông Trần Văn Dân', kind: 'chinh', channel: 'giay' }],
      drafts: [file],
    });
    await act('create', { body: { ...draft }, files: [file.sha256] });
    await act('cmd.submitDraft');
    await act('cmd.approveContent', { body: { opinion: null }, role: 'lanhDaoDonVi' });
    await act('cmd.approveFormat', { body: { pdf: file, opinion: null }, files: [file.sha256] });
    papers.push(paper.id);
  }
  await clerk.until(
    ({ pendingOperations, pendingFiles }) => pendingOperations + pendingFiles === 0,
  );
  return papers;
}

test.skipIf(findSoftHsm() === undefined)(
  'T-10, T-8, S-17, S-20: killed at each step between the press and the saved act, a paper is signed once or not at all',
  async () => {
    const office = await seedSigningOffice(province.admin());
    const { seeded, pki } = office;
    const soft = createSoftToken({
      folder: temporaryFolder(),
      pki: pki.pki,
      identities: [{ commonName: seeded.chairman.fullName }],
    });
    const thumbprint = soft.identities[0]?.thumbprint ?? '';
    await province.admin().upsertSigningCertificate({
      id: crypto.randomUUID(),
      officeId: seeded.office.id,
      thumbprint,
      owner: { kind: 'person', userId: seeded.chairman.id },
      holderName: seeded.chairman.fullName,
      picture: null,
      active: true,
    });
    const workers = await signingWorkers(pki);
    const clerk = await province.aPc(seeded, 'soanthao', workers);
    const papers = await papersFor(clerk, deaths.length + 1, office);
    const folder = join(temporaryFolder(), 'máy ký');
    const temporary = temporaryFolder();
    const order = (n: number): DyingOrder => ({
      ...workers,
      folder,
      server: province.address(),
      code: null,
      login: 'chutich',
      password: PASSWORD,
      soft,
      thumbprint,
      tokenWorker,
      after: papers[n - 1] ?? null,
      paper: papers[n] ?? '',
      death: deaths[n] ?? null,
    });

    for (const n of papers.keys()) {
      const code = n === 0 ? await province.admin().createActivationCode(seeded.office.id) : null;
      const ended = await run({ ...order(n), code }, temporary);
      expect([deaths[n], ended]).toEqual([deaths[n], n < deaths.length ? 'SIGKILL' : 0]);
    }

    const told = readFileSync(join(folder, 'told.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    const logOf = (name: string) => new Uint8Array(readFileSync(join(folder, 'signing-log', name)));
    const { entries, findings } = checkSigningLog(logOf(LOG_NAME), logOf(HEAD_NAME));
    expect(findings).toEqual([]);
    for (const paper of papers) {
      await clerk.sees(paper, ({ state }, isDirty) => state === 'daKy' && !isDirty);
      const { finalPdf, reviews } = OutgoingDocument.parse(clerk.view(paper));
      expect(reviews.filter(({ kind }) => kind === 'kyBanHanh')).toHaveLength(1);
      await fetches(clerk, finalPdf?.sha256);
      const report = await clerk.ask('signing.verify', {
        sha256: FileHash.parse(finalPdf?.sha256),
      });
      expect(report.signatures).toMatchObject([{ kind: 'leader', integrity: 'intact' }]);
      // One file was ever made known, and it is the recorded one.
      const made = entries.filter((one) => one.documentId === paper && one.event === 'made');
      expect(new Set(made.map(({ after }) => after))).toEqual(new Set([finalPdf?.sha256]));
      const acts = told.filter((one) => one.paper === paper);
      const found = acts.find(({ said }) => said === 'found');
      const asked = acts.filter(({ said }) => said === 'signs').length;
      if (found?.said === 'found' && found.isMade) expect([paper, asked]).toEqual([paper, 1]);
      else expect(asked).toBeLessThanOrEqual(2);
    }
    // Some deaths come after the act and some before: both kinds were played.
    const states = told.flatMap((one) => (one.said === 'found' ? [one.state] : []));
    expect(new Set(states)).toEqual(new Set(['choKy', 'daKy']));
    // T-8: what was signed, refused and killed left none of a paper's words, and no PDF, in logs or temporary folders.
    expect(readFileSync(join(folder, 'logs', 'main.log'), 'utf8')).toContain('token login failed');
    for (const place of [folder, temporary])
      for (const text of [MARK, '%PDF-1'])
        expect([text, searchDeeply(place, text)]).toEqual([text, []]);
  },
  900_000,
);
