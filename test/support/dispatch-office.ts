import { createHash, randomUUID } from 'node:crypto';
import { Agency, OrgUnit, type Organ } from '@shared/domain/organ/organ';
import type { Role, User } from '@shared/domain/organ/user';
import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { FileHash } from '@shared/kernel/ids';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES } from '@shared/protocol/file-message';
import type { OperationResult } from '@shared/sync/outcome';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import {
  aRegister,
  aUser,
  enrolTestDevice,
  overApp,
  PASSWORD,
  seedOffice,
  sha256,
  signedOperation,
  signIn,
  sync,
  type OperationWish,
  type SeededOffice,
  type TestDevice,
} from './builders';
import type { TestServer } from './test-server';

/** A server in this process, or one behind a port (`overServer`). */
export interface DispatchServer {
  readonly admin: Admin;
  readonly app: {
    readonly request: (url: string, init: RequestInit) => Response | Promise<Response>;
  };
}

/** A server in its own process, spoken to over its port. */
export const overServer = (server: Pick<TestServer, 'address' | 'admin'>): DispatchServer => ({
  admin: server.admin(),
  app: { request: (url, init) => fetch(url.replace('http://test', server.address), init) },
});

/** An office that issues documents and receives them, with one workstation at which everyone has signed in. */
export interface DispatchOffice extends SeededOffice {
  readonly organ: Organ;
  /** Leader of the drafting unit, who approves contents. */
  readonly head: User;
  readonly unitId: string;
  readonly outgoingRegisterId: string;
  readonly device: TestDevice;
  readonly token: string;
}

/** @param code code of the organ, by which other offices address it */
export async function seedDispatchOffice(
  node: DispatchServer,
  code: string,
  name = 'Ủy ban nhân dân xã Thử Nghiệm',
): Promise<DispatchOffice> {
  const seeded = await seedOffice(node.admin);
  const officeId = seeded.office.id;
  const organ = { ...seeded.organ, code, name };
  await node.admin.upsertOrgan(organ);
  const head = aUser({ officeId, login: 'truongphong' }, [
    { role: 'lanhDaoDonVi', organId: organ.id },
  ]);
  await node.admin.createUser(head, PASSWORD);
  const unit = OrgUnit.parse({
    id: randomUUID(),
    officeId,
    name: 'Văn phòng',
    abbreviation: 'VP',
    headUserId: head.id,
    active: true,
  });
  await node.admin.upsertOrgUnit(unit);
  const register = aRegister({ organId: organ.id, direction: 'di', name: 'Sổ văn bản đi' });
  await node.admin.openRegister(officeId, register);
  const post = overApp(node.app);
  const device = await enrolTestDevice(post, await node.admin.createActivationCode(officeId));
  for (const person of [seeded.chairman, head]) await signIn(post, device, person);
  const { accessToken: token } = await signIn(post, device, seeded.clerk);
  const outgoingRegisterId = register.id;
  return { ...seeded, organ, head, unitId: unit.id, outgoingRegisterId, device, token };
}

/** Writes an office of this installation into another one's directory. */
export const addToDirectory = (
  node: DispatchServer,
  of: DispatchOffice,
  { office, organ }: DispatchOffice,
): Promise<void> =>
  node.admin.upsertAgency(
    of.office.id,
    Agency.parse({ id: randomUUID(), code: organ.code, name: organ.name, officeId: office.id }),
  );

/** Sends acts of one office and returns their outcomes: `applied`, or the code of a refusal. */
export async function act(
  node: DispatchServer,
  office: DispatchOffice,
  ...wishes: readonly OperationWish[]
): Promise<readonly string[]> {
  const ops = wishes.map((wish) => signedOperation(office.device, wish));
  const { results } = await sync(overApp(node.app), office.device, { token: office.token, ops });
  return results.map(outcomeOf);
}

const outcomeOf = (result: OperationResult): string => {
  if (result.answer !== 'final') return result.answer;
  return 'code' in result.outcome ? result.outcome.code : result.outcome.status;
};

const hashOf = (bytes: Uint8Array): FileHash =>
  FileHash.parse(createHash('sha256').update(bytes).digest('hex'));

export const aPdfOf = (bytes: Uint8Array, name = 'cong-van.pdf'): AttachedFile => ({
  sha256: hashOf(bytes),
  name,
  sizeBytes: bytes.length,
  mime: 'application/pdf',
  role: 'chinh',
});

/** One call of the file routes by the office's workstation. */
export async function callFiles(
  node: DispatchServer,
  { token }: DispatchOffice,
  method: string,
  path: string,
  body?: Uint8Array | string,
) {
  const response = await node.app.request(`http://test/files/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
}

export async function upload(
  node: DispatchServer,
  by: DispatchOffice,
  bytes: Uint8Array,
): Promise<void> {
  const name = hashOf(bytes);
  const announcement = { sizeBytes: bytes.length, mime: 'application/pdf', prefix: null };
  await callFiles(node, by, 'PUT', name, JSON.stringify(announcement));
  for (let i = 0; i * CHUNK_BYTES < bytes.length; i++) {
    const chunk = bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    await callFiles(node, by, 'PUT', `${name}/chunks`, encodeChunk(i, chunk, sha256));
  }
  await callFiles(node, by, 'POST', `${name}/finish`);
}

/** What sealing and its earlier steps are told. */
interface DocumentWish {
  readonly to: readonly DispatchOffice[];
}

const stepOn =
  (id: string) =>
  (kind: OperationWish['kind'], actor: User, role: Role, body: object): OperationWish => ({
    kind,
    actor,
    role,
    target: { type: 'outgoingDocument', id },
    body,
  });

async function actAll(
  node: DispatchServer,
  office: DispatchOffice,
  ...wishes: readonly OperationWish[]
): Promise<void> {
  const outcomes = await act(node, office, ...wishes);
  if (outcomes.some((outcome) => outcome !== 'applied')) throw new Error(outcomes.join(', '));
}

/**
 * A document that waits for the chairman's signature on this PDF, after the acts of drafter, head and clerk; its bytes
 * are announced and not uploaded yet.
 *
 * @returns the document's id
 */
export const approveDocument = (
  node: DispatchServer,
  office: DispatchOffice,
  wish: DocumentWish & { readonly pdf: Uint8Array },
): Promise<string> => approve(node, office, { ...wish, files: [hashOf(wish.pdf)] });

async function approve(
  node: DispatchServer,
  office: DispatchOffice,
  {
    to,
    pdf,
    files,
  }: DocumentWish & { readonly pdf: Uint8Array; readonly files: readonly FileHash[] },
): Promise<string> {
  const id = randomUUID();
  const { clerk, chairman, head, organ, unitId } = office;
  const draft = aPdfOf(pdf, 'du-thao.pdf');
  const step = stepOn(id);
  await actAll(
    node,
    office,
    step('create', clerk, 'vanThu', {
      organId: organ.id,
      draftingUnitId: unitId,
      documentTypeId: 'CV',
      subject: 'Phối hợp rà soát địa giới thôn giáp ranh',
      signingForm: 'TM',
      signerUserId: chairman.id,
      signerName: chairman.fullName,
      signerPosition: 'CHỦ TỊCH',
      place: 'Thử Nghiệm',
      priority: 0,
      circulation: 'khong',
      recipients: to.map((receiver) => ({
        agencyCode: receiver.organ.code,
        name: receiver.organ.name,
        kind: 'chinh',
        channel: 'lienThong',
      })),
      issuedAmount: 0,
      pageAmount: 2,
      replyDueDate: null,
      replyToIncomingIds: [],
      note: null,
      notSecretConfirmed: true,
      drafts: [draft],
    }),
    step('cmd.submitDraft', clerk, 'vanThu', {}),
    step('cmd.approveContent', head, 'lanhDaoDonVi', { opinion: null }),
    {
      ...step('cmd.approveFormat', clerk, 'vanThu', { pdf: draft, opinion: null }),
      files: [...files],
    },
  );
  return id;
}

/**
 * A document that went through every act from the draft to the seal, as people do them; its bytes are not uploaded yet.
 *
 * @returns the document's id
 */
export async function sealDocument(
  node: DispatchServer,
  office: DispatchOffice,
  { to, sealed }: DocumentWish & { readonly sealed: Uint8Array },
): Promise<string> {
  const { clerk, chairman } = office;
  const draft = Buffer.from(`draft of ${randomUUID()}`);
  const id = await approve(node, office, { to, pdf: draft, files: [] });
  const step = stepOn(id);
  const signed = aPdfOf(Buffer.from(`signed ${id}`));
  const [personal, seal] = await registerCertificates(node, office);
  await actAll(
    node,
    office,
    step('cmd.recordSignature', chairman, 'chuTich', {
      pdf: signed,
      basedOn: hashOf(draft),
      ...personal,
    }),
    step('cmd.requestNumber', clerk, 'vanThu', { registerId: office.outgoingRegisterId }),
    {
      ...step('cmd.recordSeal', clerk, 'vanThu', {
        pdf: aPdfOf(sealed),
        basedOn: signed.sha256,
        ...seal,
      }),
      files: [hashOf(sealed)],
    },
  );
  return id;
}

/** The chairman's certificate and the organ's, as the acts name them; nothing here looks into the signatures. */
async function registerCertificates(
  { admin }: DispatchServer,
  { office, organ, chairman }: DispatchOffice,
) {
  const owners = [
    { kind: 'person', userId: chairman.id },
    { kind: 'organ', organId: organ.id },
  ] as const;
  const named = owners.map((owner, i) => ({
    owner,
    certificateId: randomUUID(),
    certificateSha256: String(i).repeat(64),
  }));
  for (const { owner, certificateId, certificateSha256 } of named) {
    await admin.upsertSigningCertificate({
      id: certificateId,
      officeId: office.id,
      thumbprint: certificateSha256,
      owner,
      holderName: 'Chứng thư thử',
      picture: null,
      active: true,
    });
  }
  return named.map(({ certificateId, certificateSha256 }) => ({
    certificateId,
    certificateSha256,
  }));
}

/** The clerk dispatches; the answer is `applied` or the code of a refusal. */
export const dispatch = async (
  node: DispatchServer,
  office: DispatchOffice,
  id: string,
): Promise<string> => {
  const [outcome = 'none'] = await act(node, office, {
    kind: 'cmd.dispatch',
    actor: office.clerk,
    target: { type: 'outgoingDocument', id },
    body: {},
  });
  return outcome;
};
