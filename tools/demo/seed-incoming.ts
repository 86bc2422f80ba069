import type { AttachedFile } from '@shared/domain/document/incoming-document';
import { splitCodeDisplay } from '@shared/domain/document/code-display';
import type { JsonObject } from '@shared/kernel/canonical-json';
import type { OperationDraft } from '@shared/sync/operation';
import { pageCountOf } from './demo-signing';
import { hashOf } from './memory-files';
import type { MigrationDevice } from './migration-device';
import type { IncomingPaper } from './papers/incoming-papers';
import { agencyCodeOf, organOf, registerOf, type DemoOffice } from './province';

/** A paper that is to be in the register, with the record that the server has of it. */
export interface IncomingWork {
  readonly plan: IncomingPaper;
  readonly id: string;
  readonly known: JsonObject | undefined;
}

export interface SeedIncoming {
  readonly device: MigrationDevice;
  readonly demo: DemoOffice;
  /** In order of arrival. */
  readonly works: readonly IncomingWork[];
  /** Printed papers by key. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export const isIncomingDone = ({ plan, known }: IncomingWork): boolean =>
  known !== undefined && (!plan.isNumbered || known['arrivalNumber'] !== null);

/** Registers, numbers and routes the papers in the order in which they came, as the clerk does. */
export async function seedIncoming({ device, demo, works, files }: SeedIncoming): Promise<void> {
  for (const work of works) {
    const { plan, known } = work;
    if (!known) {
      const pdf = files.get(plan.key);
      if (!pdf) throw new Error(`${plan.key} was not printed`);
      device.upload(pdf);
      await device.act('vanthu', creating(demo, work, pdf));
    }
    const registerId = registerOf(demo, plan.organ, 'den');
    if (plan.isNumbered && (known?.['arrivalNumber'] ?? null) === null) {
      await device.act('vanthu', draftOf(work, 'cmd.requestNumber', { registerId }));
    }
    if (plan.routedTo !== null && !known) {
      const set = { routedTo: { was: null, now: plan.routedTo } };
      await device.act('vanthu', draftOf(work, 'patch', { set }));
    }
  }
  await device.send();
}

const draftOf = (
  { id }: IncomingWork,
  kind: OperationDraft['kind'],
  body: object,
): OperationDraft => ({
  kind,
  target: { type: 'incomingDocument', id },
  base: null,
  body: body as JsonObject,
  role: 'vanThu',
});

function creating(demo: DemoOffice, work: IncomingWork, pdf: Uint8Array): OperationDraft {
  const { plan } = work;
  const file: AttachedFile = {
    sha256: hashOf(pdf),
    name: `${plan.codeDisplay.replace(/[^\p{L}\d]+/gu, '_')}.pdf`,
    sizeBytes: pdf.length,
    mime: 'application/pdf',
    role: 'chinh',
  };
  const body = {
    organId: organOf(demo, plan.organ).id,
    registerId: registerOf(demo, plan.organ, 'den'),
    arrivalDate: plan.arrivalDate,
    channel: plan.channel,
    hasPaper: plan.channel === 'PAPER_POST' || plan.channel === 'PAPER_HAND',
    issuerCode: agencyCodeOf(demo.office, plan.issuerName),
    issuerName: plan.issuerName,
    codeDisplay: plan.codeDisplay,
    ...splitCodeDisplay(plan.codeDisplay),
    issuedDate: plan.issuedDate,
    documentTypeId: plan.paper.kind,
    subject: plan.paper.subject,
    language: 'Tiếng Việt',
    pageAmount: pageCountOf(pdf),
    copies: 1,
    signerName: plan.signerName,
    signerPosition: plan.signerPosition,
    priority: plan.paper.priority,
    circulation: 'khong',
    requiresReply: plan.dueDate !== null,
    dueDate: plan.dueDate,
    forInfo: false,
    routedTo: null,
    note: null,
    notSecretConfirmed: true,
    files: [file],
  };
  return { ...draftOf(work, 'create', body), files: [file.sha256] };
}
