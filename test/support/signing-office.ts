import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { OrgUnit } from '@shared/domain/organ/organ';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import type { Input } from '@shared/ipc/contract';
import type { SigningChannel } from '@shared/ipc/signing-channels';
import { toHex, utf8 } from '@shared/kernel/bytes';
import { sha256 } from '../../src/main/platform/system';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import { PIN } from '../unit/main/signing/scripted-token';
import { anOffice, type Office } from '../unit/shared/pades/helpers';
import { aRegister, aUser, PASSWORD, seedOffice } from './builders';
import type { DemoIdentity } from './demo-pki';
import type { OfficePc } from './office-pc';
import { temporaryFolder } from './temporary-folder';
import { buildWorker } from './worker-bundle';

/** An office with a drafter who also heads a unit and may do a clerk's work, the head of its office, certificates and a book of outgoing papers. */
export async function seedSigningOffice(admin: Admin) {
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
  return { seeded, drafter, head, unit, register, pki };
}

const thumbprintOf = ({ certificate }: DemoIdentity): string => toHex(sha256(certificate));

/** The program's own workers, bundled, and a folder with the authorities of an office. */
export async function signingWorkers({ pki }: Office) {
  const trust = join(temporaryFolder(), 'trust');
  mkdirSync(trust);
  writeFileSync(join(trust, 'root.pem'), pki.root.certificatePem);
  writeFileSync(join(trust, 'sub.pem'), pki.subCa.certificatePem);
  return {
    padesWorker: await buildWorker('pades-worker'),
    textWorker: await buildWorker('text-worker'),
    demoTrustFolder: trust,
  };
}

/** A PDF into the content store, in one chunk. */
export async function importPdf(pc: OfficePc, bytes: Uint8Array): Promise<AttachedFile> {
  const { importId } = await pc.ask('files.beginImport', {
    name: 'du-thao.pdf',
    sizeBytes: bytes.length,
    role: 'chinh',
    notSecretConfirmed: true,
  });
  await pc.ask('files.importChunk', { importId, index: 0, data: new Uint8Array(bytes) });
  return (await pc.ask('files.finishImport', { importId })).file;
}

/** Its pages have come: files follow the acts, which never wait for them. */
export async function hasFile(pc: OfficePc, documentId: string): Promise<void> {
  const { finalPdf } = OutgoingDocument.parse(pc.view(documentId));
  await fetches(pc, finalPdf?.sha256);
}

export const fetches = (pc: OfficePc, hash: string | undefined): Promise<void> =>
  expect
    .poll(() => pc.handlers['files.fetch']({ sha256: hash }), { timeout: 30_000 })
    .toMatchObject({ ok: true });

/** A call of the signing window that must succeed. */
async function inWindow(pc: OfficePc, channel: SigningChannel, input: unknown): Promise<unknown> {
  const answer = await pc.signingHandlers[channel](input);
  if (!answer.ok) throw new Error(`${channel}: ${answer.error.code}`);
  return answer.value;
}

/** One press for all of them, every page read before. */
export async function signAll(
  pc: OfficePc,
  intent: Input<'signing.begin'>['intent'],
  documentIds: readonly string[],
  identity: DemoIdentity,
): Promise<void> {
  await pc.ask('signing.begin', { intent, documentIds });
  for (const documentId of documentIds) {
    const opened = (await inWindow(pc, 'signing.openDocument', { documentId })) as {
      pageCount: number;
    };
    for (let page = 1; page <= opened.pageCount; page++)
      await inWindow(pc, 'signing.pageShown', { documentId, page });
  }
  const pressed = {
    thumbprint: thumbprintOf(identity),
    pin: utf8(PIN),
    documentIds,
    unreadIds: [],
    acceptedIds: documentIds,
    isTimeConfirmed: true,
  };
  const done = await inWindow(pc, 'signing.sign', pressed);
  const job = await inWindow(pc, 'signing.describe', undefined);
  expect({ done, job }).toMatchObject({ done: { signed: documentIds.length } });
}
