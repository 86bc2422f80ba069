import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { User } from '@shared/domain/organ/user';
import type { OperationDraft } from '@shared/sync/operation';
import {
  enrolTestDevice,
  overHttp,
  signedOperation,
  signIn,
  sync,
  type SeededOffice,
} from '../support/builders';
import { anOutgoingDraft } from '../support/core-builders';
import { startProvince } from '../support/hub-office';
import {
  hasFile,
  importPdf,
  seedSigningOffice,
  signAll,
  signingWorkers,
} from '../support/signing-office';
import { temporaryFolder } from '../support/temporary-folder';
import { aScriptedToken } from '../unit/main/signing/scripted-token';
import { fixture, prepared } from '../unit/shared/pades/helpers';

let province: Awaited<ReturnType<typeof startProvince>>;

beforeAll(async () => {
  province = await startProvince();
});
afterAll(() => province.stop());

/** The head of the office lets a register go. */
async function letGo({ office }: SeededOffice, head: User, registerId: string): Promise<void> {
  const post = overHttp(province.address());
  const desk = await enrolTestDevice(post, await province.admin().createActivationCode(office.id));
  const { accessToken: token } = await signIn(post, desk, head);
  const allow = signedOperation(desk, {
    actor: head,
    role: 'lanhDaoVanPhong',
    kind: 'cmd.allowLease',
    target: { type: 'register', id: registerId },
    body: { allowed: true },
  });
  await sync(post, desk, { token, ops: [allow] });
}

test('T-15, §20: with the province off a paper is drafted, signed at another PC, numbered by the lent book and sealed; then one upload', async () => {
  const { seeded, drafter, head, unit, register, pki } = await seedSigningOffice(province.admin());
  await letGo(seeded, head, register.id);
  const workers = await signingWorkers(pki);
  const [one, two] = [join(temporaryFolder(), 'a'), join(temporaryFolder(), 'b')];
  const clerk = await province.aPc(seeded, 'soanthao', {
    ...workers,
    anchorFolders: [one, two],
    token: aScriptedToken(pki.pki, [pki.organ]).port,
  });
  const chairman = await province.aPc(seeded, 'chutich', {
    ...workers,
    token: aScriptedToken(pki.pki, [pki.leader]).port,
  });
  const act = (
    kind: OperationDraft['kind'],
    target: OperationDraft['target'],
    body: OperationDraft['body'],
    over: Partial<OperationDraft> = {},
  ) =>
    clerk.ask('operations.append', {
      drafts: [{ kind, target, base: null, role: 'vanThu', body, ...over }],
    });
  const book = { type: 'register', id: register.id } as const;
  await act('cmd.requestLease', book, {});
  await clerk.until(({ heldRegisters }) => heldRegisters === 1);
  const people = new Map([
    [clerk, 'soanthao'],
    [chairman, 'chutich'],
  ]);
  await province.aHubFor(seeded, people);
  await clerk.ask('registers.confirmLast', { registerId: register.id, lastNumber: 0 });
  expect(await clerk.ask('registers.listHeld', undefined)).toMatchObject([
    { kind: 'held', needsConfirmation: false, problem: null },
  ]);
  await province.cut(clerk, chairman);

  const pdf = new Uint8Array(prepared(fixture('chromium-draft.pdf')));
  const file = await importPdf(clerk, pdf);
  const paper = { type: 'outgoingDocument', id: crypto.randomUUID() } as const;
  const { chairman: leader, organ } = seeded;
  const draft = anOutgoingDraft({
    organId: organ.id,
    draftingUnitId: unit.id,
    signerUserId: leader.id,
    signerName: leader.fullName,
    signerPosition: 'CHỦ TỊCH',
    recipients: [{ agencyCode: null, name: 'Ông Trần Văn Dân', kind: 'chinh', channel: 'giay' }],
    drafts: [file],
  });
  await act('create', paper, { ...draft }, { files: [file.sha256] });
  await act('cmd.submitDraft', paper, {});
  await act('cmd.approveContent', paper, { opinion: null }, { role: 'lanhDaoDonVi' });
  await act('cmd.approveFormat', paper, { pdf: file, opinion: null }, { files: [file.sha256] });

  await chairman.sees(paper.id, ({ state }) => state === 'choKy');
  await hasFile(chairman, paper.id);
  await signAll(chairman, 'leader', [paper.id], pki.leader);
  await clerk.sees(paper.id, ({ state }) => state === 'daKy');
  await act('cmd.requestNumber', paper, {
    registerId: register.id,
    code: { organShortName: organ.shortName, unitAbbreviation: 'VP' },
  });
  await clerk.sees(paper.id, ({ state }) => state === 'daCapSo');
  await hasFile(clerk, paper.id);
  await signAll(clerk, 'seal', [paper.id], pki.organ);
  await chairman.sees(
    paper.id,
    ({ state, codeNumber }) => state === 'daDongDau' && codeNumber === 1,
  );
  expect((await chairman.ask('sync.status', undefined)).connection).toBe('offline');

  await province.comeBack();
  for (const pc of [clerk, chairman]) {
    await pc.until(({ pendingOperations, pendingFiles }) => pendingOperations + pendingFiles === 0);
    expect(await pc.ask('operations.list', undefined)).toEqual([]);
    await pc.sees(paper.id, ({ state }, isDirty) => state === 'daDongDau' && !isDirty);
    expect(await pc.ask('hub.peerWork', undefined)).toEqual({ unconfirmed: [], refused: [] });
  }
  expect(clerk.view(paper.id)).toEqual(chairman.view(paper.id));
  expect(clerk.view(paper.id)).toMatchObject({ codeNumber: 1, draftedBy: drafter.id });
});
