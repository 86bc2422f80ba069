import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { OutgoingDocument, OutgoingState } from '@shared/domain/document/outgoing-document';
import { canStep } from '@shared/domain/document/outgoing-steps';
import { draftingRole } from '@shared/domain/document/outgoing-work';
import type { User } from '@shared/domain/organ/user';
import { printNumber } from '@shared/domain/register/allocate-number';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { OperationDraft } from '@shared/sync/operation';
import { extendedBody, pageCountOf, preparePaper, type DemoSigning } from './demo-signing';
import { hashOf } from './memory-files';
import type { MigrationDevice } from './migration-device';
import { isAtGoal, remainingSteps, type SeedStep } from './outgoing-path';
import type { OutgoingPaper } from './papers/outgoing-papers';
import { longDate } from './papers/paper';
import { organOf, personOf, registerOf, unitOf, type DemoOffice } from './province';

/** A document that is to get as far as its goal, with the record that the server has of it. */
export interface OutgoingWork {
  readonly plan: OutgoingPaper;
  readonly id: string;
  readonly known: JsonObject | undefined;
}

export interface SeedOutgoing {
  readonly device: MigrationDevice;
  readonly demo: DemoOffice;
  /** Oldest first: the order of the numbers. */
  readonly works: readonly OutgoingWork[];
  /** Printed drafts by key. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly signing: DemoSigning;
}

export const isOutgoingDone = ({ plan, known }: OutgoingWork): boolean =>
  known !== undefined && isAtGoal(plan.goal, stateOf(known));

const stateOf = (known: JsonObject): OutgoingState => OutgoingState.parse(known['state']);

/** Everything up to the number first, for all; then, with the numbers that the server gave, the seals. */
export async function seedOutgoing(seeding: SeedOutgoing): Promise<void> {
  const { device, works } = seeding;
  const unsealed = new Map<string, Uint8Array>();
  for (const work of works) {
    const steps = remainingSteps(work.plan.goal, work.known && stateOf(work.known));
    const file = await takeSteps(
      seeding,
      work,
      steps.filter((step) => step !== 'recordSeal'),
    );
    if (steps.includes('recordSeal') && file) unsealed.set(work.id, file);
  }
  await device.send();
  for (const work of works) {
    const file = unsealed.get(work.id);
    if (file) await seal(seeding, work, file);
  }
  await device.send();
}

/** @returns the file that the document has at the end, when it has one */
async function takeSteps(
  seeding: SeedOutgoing,
  work: OutgoingWork,
  steps: readonly SeedStep[],
): Promise<Uint8Array | undefined> {
  const { device, demo, files, signing } = seeding;
  const { plan, known } = work;
  if (steps.length === 0 && known?.['state'] !== 'daCapSo') return undefined;
  const held = known && OutgoingDocument.parse(known).finalPdf;
  let file = held ? await device.download(held.sha256) : undefined;
  for (const step of steps) {
    switch (step) {
      case 'create': {
        const pdf = files.get(plan.key);
        if (!pdf) throw new Error(`${plan.key} was not printed`);
        const draft = attach(device, plan, pdf, 'duThao');
        await take(seeding, work, step, creating(demo, plan, draft, pageCountOf(pdf)));
        break;
      }
      case 'submitDraft':
        await take(seeding, work, step, { body: {} });
        break;
      case 'approveContent':
        await take(seeding, work, step, { body: { opinion: 'Nhất trí nội dung.' } });
        break;
      case 'returnDraft':
        await take(seeding, work, step, {
          body: { reason: 'Bổ sung số liệu của từng địa bàn và rà soát lại nơi nhận.' },
        });
        break;
      case 'dropDraft':
        await take(seeding, work, step, {
          body: { reason: 'Trùng nội dung với văn bản đã trình trước đó.' },
        });
        break;
      case 'approveFormat': {
        file = preparePaper(files.get(plan.key) ?? new Uint8Array());
        const pdf = attach(device, plan, file, 'chinh');
        await take(seeding, work, step, {
          body: { pdf, opinion: 'Đúng thể thức.' },
          files: [pdf.sha256],
        });
        break;
      }
      case 'recordSignature': {
        if (!file) throw new Error(`${plan.key} has no file to sign`);
        const basedOn = hashOf(file);
        const signed = await signing.signAsLeader(personOf(demo, plan.signer), file);
        const pdf = attach(device, plan, signed.bytes, 'chinh');
        await take(seeding, work, step, {
          body: extendedBody(signed, pdf, basedOn),
          files: [pdf.sha256],
        });
        file = signed.bytes;
        break;
      }
      case 'requestNumber':
        await take(seeding, work, step, {
          body: { registerId: registerOf(demo, plan.organ, 'di') },
        });
        break;
      case 'recordSeal':
        break;
    }
  }
  return file;
}

/** Number, date and seal, once the server has given the number. */
async function seal(seeding: SeedOutgoing, work: OutgoingWork, file: Uint8Array): Promise<void> {
  const { device, demo, signing } = seeding;
  const { plan } = work;
  const { codeNumber, issuedDate } = OutgoingDocument.parse(device.findRecord(work.id));
  if (codeNumber === null || issuedDate === null) throw new Error(`${plan.key} has no number`);
  const sealed = await signing.sealAsOrgan(organOf(demo, plan.organ), file, {
    number: printNumber(codeNumber),
    date: longDate(plan.paper.place, issuedDate),
  });
  const pdf = attach(device, plan, sealed.bytes, 'chinh');
  await take(seeding, work, 'recordSeal', {
    body: extendedBody(sealed, pdf, hashOf(file)),
    files: [pdf.sha256],
  });
}

/** Who takes a step: logins of the plan, or the clerk. */
function actorOf(plan: OutgoingPaper, step: SeedStep): string {
  switch (step) {
    case 'create':
    case 'submitDraft':
    case 'dropDraft':
      return plan.drafter;
    case 'approveContent':
    case 'returnDraft':
      return plan.checker;
    case 'recordSignature':
      return plan.signer;
    case 'approveFormat':
    case 'requestNumber':
    case 'recordSeal':
      return 'vanthu';
  }
}

async function take(
  { device, demo }: SeedOutgoing,
  { plan, id }: OutgoingWork,
  step: SeedStep,
  act: { readonly body: object; readonly files?: OperationDraft['files'] },
): Promise<void> {
  const login = actorOf(plan, step);
  await device.act(login, {
    kind: step === 'create' ? 'create' : `cmd.${step}`,
    target: { type: 'outgoingDocument', id },
    base: null,
    role: roleFor(personOf(demo, login), organOf(demo, plan.organ).id, step),
    body: act.body as JsonObject,
    ...(act.files && { files: act.files }),
  });
}

/** The role in which a person takes a step for an organ, by the product's own table. */
function roleFor(person: User, organId: string, step: SeedStep): User['grants'][number]['role'] {
  const own = person.grants.filter((grant) => grant.organId === organId).map(({ role }) => role);
  const states = ['duThao', 'choDonVi', 'choTheThuc', 'choKy', 'daKy', 'daCapSo'] as const;
  const role =
    step === 'create'
      ? draftingRole(person, organId)
      : own.find((one) => states.some((state) => canStep(step, state, one)));
  if (!role) throw new Error(`${person.login} may not ${step}`);
  return role;
}

function attach(
  device: MigrationDevice,
  { paper, key }: OutgoingPaper,
  bytes: Uint8Array,
  role: AttachedFile['role'],
): AttachedFile {
  return {
    sha256: device.upload(bytes),
    name: `${paper.kind}_${key.replaceAll(':', '_')}.pdf`,
    sizeBytes: bytes.length,
    mime: 'application/pdf',
    role,
  };
}

function creating(
  demo: DemoOffice,
  plan: OutgoingPaper,
  draft: AttachedFile,
  pageAmount: number,
): { readonly body: object; readonly files: NonNullable<OperationDraft['files']> } {
  const signer = personOf(demo, plan.signer);
  return {
    body: {
      organId: organOf(demo, plan.organ).id,
      draftingUnitId: unitOf(demo, plan.unit).id,
      documentTypeId: plan.paper.kind,
      subject: plan.paper.subject,
      signingForm: plan.signingForm,
      signerUserId: signer.id,
      signerName: signer.fullName,
      signerPosition: signer.position,
      place: plan.paper.place,
      priority: plan.paper.priority,
      circulation: 'khong',
      recipients: plan.recipients,
      issuedAmount: 1,
      pageAmount,
      replyDueDate: null,
      replyToIncomingIds: [],
      note: null,
      notSecretConfirmed: true,
      drafts: [draft],
    },
    files: [draft.sha256],
  };
}
