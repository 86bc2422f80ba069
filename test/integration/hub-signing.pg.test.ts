import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { OrgUnit } from '@shared/domain/organ/organ';
import type { Input } from '@shared/ipc/contract';
import type { SigningChannel } from '@shared/ipc/signing-channels';
import { toHex, utf8 } from '@shared/kernel/bytes';
import type { OperationDraft } from '@shared/sync/operation';
import { sha256 } from '../../src/main/platform/system';
import {
  aRegister,
  aUser,
  enrolTestDevice,
  overHttp,
  PASSWORD,
  seedOffice,
  signedOperation,
  signIn,
  sync,
} from '../support/builders';
import { anOutgoingDraft } from '../support/core-builders';
import type { DemoIdentity } from '../support/demo-pki';
import { startProvince } from '../support/hub-office';
import type { OfficePc } from '../support/office-pc';
import { temporaryFolder } from '../support/temporary-folder';
import { buildWorker } from '../support/worker-bundle';
import { aScriptedToken, PIN } from '../unit/main/signing/scripted-token';
import { anOffice, fixture, prepared } from '../unit/shared/pades/helpers';

let province: Awaited<ReturnType<typeof startProvince>>;

beforeAll(async () => {
  province = await startProvince();
});
afterAll(() => province.stop());

/** An office whose clerk may also approve contents, with registered certificates and a book that may be lent. */
async function seedSigningOffice() {
  const admin = province.admin();
  const seeded = await seedOffice(admin);
  const { office, organ, chairman } = seeded;
  const person = async (
    login: string,
    roles: readonly ('vanThu' | 'lanhDaoDonVi' | 'lanhDaoVanPhong')[],
  ) => {
    const user = aUser(
      { officeId: office.id, login, fullName: `Người ${login}` },
      roles.map((role) => ({ role, organId: organ.id })),
    );
    await admin.createUser(user, PASSWORD);
    return user;
  };
  const drafter = await person('soanthao', ['vanThu', 'lanhDaoDonVi']);
  const head = await person('chanhvp', ['lanhDaoVanPhong']);
  const unit = OrgUnit.parse({
    id: crypto.randomUUID(),
    officeId: office.id,
    name: 'Văn phòng',
    abbreviation: 'VP',
    headUserId: drafter.id,
    active: true,
  });
  await admin.upsertOrgUnit(unit);
  const register = aRegister({ organId: organ.id, direction: 'di', name: 'Sổ văn bản đi' });
  await admin.openRegister(office.id, register);
  const pki = anOffice();
  for (const [identity, owner] of [
    [pki.leader, { kind: 'person', userId: chairman.id }],
    [pki.organ, { kind: 'organ', organId: organ.id }],
  ] as const)
    await admin.upsertSigningCertificate({
      id: crypto.randomUUID(),
      officeId: office.id,
      thumbprint: thumbprintOf(identity),
      owner,
      holderName: 'Chứng thư thử',
      picture: null,
      active: true,
    });
  const post = overHttp(province.address());
  const desk = await enrolTestDevice(post, await admin.createActivationCode(office.id));
  const { accessToken: token } = await signIn(post, desk, head);
  const allow = signedOperation(desk, {
    actor: head,
    role: 'lanhDaoVanPhong',
    kind: 'cmd.allowLease',
    target: { type: 'register', id: register.id },
    body: { allowed: true },
  });
  await sync(post, desk, { token, ops: [allow] });
  return { seeded, drafter, unit, register, pki };
}

const thumbprintOf = ({ certificate }: DemoIdentity): string => toHex(sha256(certificate));

/** A call of the signing window that must succeed. */
async function inWindow(pc: OfficePc, channel: SigningChannel, input: unknown): Promise<unknown> {
  const answer = await pc.signingHandlers[channel](input);
  if (!answer.ok) throw new Error(`${channel}: ${answer.error.code}`);
  return answer.value;
}

/** Its pages have come: files follow the acts, which never wait for them. */
async function hasFile(pc: OfficePc, documentId: string): Promise<void> {
  const { finalPdf } = OutgoingDocument.parse(pc.view(documentId));
  const fetched = (): Promise<unknown> => pc.handlers['files.fetch']({ sha256: finalPdf?.sha256 });
  await expect.poll(fetched, { timeout: 20_000 }).toMatchObject({ ok: true });
}

async function sign(
  pc: OfficePc,
  intent: Input<'signing.begin'>['intent'],
  documentId: string,
  identity: DemoIdentity,
): Promise<void> {
  await pc.ask('signing.begin', { intent, documentIds: [documentId] });
  const opened = (await inWindow(pc, 'signing.openDocument', { documentId })) as {
    pageCount: number;
  };
  await inWindow(pc, 'signing.pageShown', { documentId, page: opened.pageCount });
  const pressed = {
    thumbprint: thumbprintOf(identity),
    pin: utf8(PIN),
    documentIds: [documentId],
    unreadIds: [],
    acceptedIds: [documentId],
    isTimeConfirmed: true,
  };
  const done = await inWindow(pc, 'signing.sign', pressed);
  const job = await inWindow(pc, 'signing.describe', undefined);
  expect({ done, job }).toMatchObject({ done: { signed: 1 } });
}

test('T-15, §20: with the province off a paper is drafted, signed at another PC, numbered by the lent book and sealed; then one upload', async () => {
  const { seeded, drafter, unit, register, pki } = await seedSigningOffice();
  const trust = join(temporaryFolder(), 'trust');
  mkdirSync(trust);
  writeFileSync(join(trust, 'root.pem'), pki.pki.root.certificatePem);
  writeFileSync(join(trust, 'sub.pem'), pki.pki.subCa.certificatePem);
  const workers = {
    padesWorker: await buildWorker('pades-worker'),
    textWorker: await buildWorker('text-worker'),
    demoTrustFolder: trust,
  };
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
  const { importId } = await clerk.ask('files.beginImport', {
    name: 'du-thao.pdf',
    sizeBytes: pdf.length,
    role: 'chinh',
    notSecretConfirmed: true,
  });
  await clerk.ask('files.importChunk', { importId, index: 0, data: pdf });
  const { file } = await clerk.ask('files.finishImport', { importId });
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
  await sign(chairman, 'leader', paper.id, pki.leader);
  await clerk.sees(paper.id, ({ state }) => state === 'daKy');
  await act('cmd.requestNumber', paper, {
    registerId: register.id,
    code: { organShortName: organ.shortName, unitAbbreviation: 'VP' },
  });
  await clerk.sees(paper.id, ({ state }) => state === 'daCapSo');
  await hasFile(clerk, paper.id);
  await sign(clerk, 'seal', paper.id, pki.organ);
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
