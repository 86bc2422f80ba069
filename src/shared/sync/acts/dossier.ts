import { z } from 'zod';
import { Dossier, DossierOpening, withOwner } from '../../domain/dossier/dossier';
import { mayAct, type Permission } from '../../domain/organ/permission';
import type { JsonObject } from '../../kernel/canonical-json';
import { UserId, Uuid } from '../../kernel/ids';
import type { RecordReference } from '../intake-store';
import type { Operation } from '../operation';
import { dossierOf, dossierScope, officeScope, sealedScope, type ServerRecord } from '../record';
import { defineAct, instantOf, rejected, type Decision, type DecisionContext } from './act';

const asContent = (value: object): JsonObject => value as JsonObject;

const dossierFrom = (body: DossierOpening, operation: Operation): Dossier => ({
  ...body,
  members: withOwner(operation.actor, body.members),
  owner: operation.actor,
  state: 'dangMo',
  openedAt: instantOf(operation),
});

/** `create` dossier: – → `dangMo`, in a scope of its own that its members alone are entitled to. */
const createDossier = defineAct<DossierOpening>({
  body: DossierOpening,
  needs: () => ({}),
  decide: (body, { operation, actor, records }) => {
    if (records.has(operation.target.id)) return rejected('operation.target-exists');
    const { role } = operation;
    if (!mayAct(actor, { permission: 'openDossier', role, organId: body.organId })) {
      return rejected('dossier.not-allowed');
    }
    const content = asContent(dossierFrom(body, operation));
    const scope = dossierScope(operation.target.id);
    return {
      status: 'accepted',
      changes: [{ ...operation.target, content, scope }],
      conflicts: [],
    };
  },
  preview: (_content, body, operation) => asContent(dossierFrom(body, operation)),
});

const SetMembers = z.object({ members: z.array(UserId).max(200).readonly() }).readonly();

/** `cmd.setMembers`: by the owner, or by the head of office or the chairman where they are members themselves. */
const setMembers = defineAct<z.infer<typeof SetMembers>>({
  body: SetMembers,
  needs: () => ({}),
  decide: ({ members }, { operation, actor, records }) => {
    const dossier = Dossier.safeParse(records.get(operation.target.id)?.content);
    if (!dossier.success) return rejected('operation.target-missing');
    const { owner } = dossier.data;
    const isAbove = actor.grants.some(
      ({ role }) => role === operation.role && (role === 'chuTich' || role === 'lanhDaoVanPhong'),
    );
    if (owner !== actor.id && !isAbove) return rejected('dossier.owner-only');
    const content = asContent({ ...dossier.data, members: withOwner(owner, members) });
    return { status: 'accepted', changes: [{ ...operation.target, content }], conflicts: [] };
  },
  preview: (content, { members }) => {
    const dossier = Dossier.safeParse(content);
    return dossier.success
      ? asContent({ ...dossier.data, members: withOwner(dossier.data.owner, members) })
      : content;
  },
});

export const dossierActs = { create: createDossier, 'cmd.setMembers': setMembers } as const;

const MoveToDossier = z.object({ dossierId: Uuid }).readonly();

/**
 * `cmd.moveToDossier` of a document: from now on only the dossier's members see it. Number and register entry stay where
 * they are; an entry names number, date and id of its document, nothing of its content.
 *
 * That the actor sees both the document and the dossier is checked for every record of every act (`intake.ts`).
 */
export const moveToDossier = defineAct<z.infer<typeof MoveToDossier>>({
  body: MoveToDossier,
  needs: ({ dossierId }, target) => ({
    records: [{ type: 'dossier', id: dossierId }, ...attachedTo(target)],
  }),
  decide: ({ dossierId }, context) => {
    const dossier = context.records.get(dossierId);
    if (dossier?.type !== 'dossier') return rejected('dossier.unknown');
    if (Dossier.parse(dossier.content).state !== 'dangMo') return rejected('dossier.closed');
    return move(context, dossierScope(dossierId), 'fileInDossier');
  },
  preview: (content) => content,
});

/** `cmd.leaveDossier` of a document: back to the whole office; by the owner of the dossier. */
export const leaveDossier = defineAct<object>({
  body: z.object({}).readonly(),
  needs: (_body, target) => ({ records: attachedTo(target) }),
  decide: (_body, context) => {
    const { operation, actor, records } = context;
    const dossierId = dossierOf(records.get(operation.target.id)?.scope ?? '');
    if (dossierId === undefined) return rejected('dossier.unknown');
    const dossier = Dossier.safeParse(records.get(dossierId)?.content);
    if (!dossier.success || dossier.data.owner !== actor.id) return rejected('dossier.owner-only');
    return move(context, officeScope(operation.office), 'fileInDossier');
  },
  preview: (content) => content,
});

/**
 * `cmd.seal` of a document suspected of a state secret (§7.2): from now on nobody is shown it, here at once and on other
 * machines at their next contact; the server keeps it as evidence. Number and register entry stay.
 */
export const sealDocument = defineAct<object>({
  body: z.object({}).readonly(),
  needs: (_body, target) => ({ records: attachedTo(target) }),
  decide: (_body, context) => move(context, sealedScope(context.operation.office), 'sealDocument'),
  preview: () => null,
});

function move(context: DecisionContext, scope: string, permission: Permission): Decision {
  const { operation, actor, records } = context;
  const document = records.get(operation.target.id);
  if (!document || document.type !== operation.target.type) {
    return rejected('operation.target-missing');
  }
  const { organId } = document.content;
  if (typeof organId !== 'string') return rejected('operation.target-missing');
  if (!mayAct(actor, { permission, role: operation.role, organId })) {
    return rejected('dossier.not-allowed');
  }
  const moved = [document.id, ...attachedTo(document).map(({ id }) => id)].flatMap((id) => {
    const record = records.get(id);
    return record ? [{ type: record.type, id, content: record.content, scope }] : [];
  });
  return { status: 'accepted', changes: moved, conflicts: [] };
}

/** The delivery that an incoming document came with says what the document says: it goes where the document goes. */
function attachedTo(document: ServerRecord | undefined): readonly RecordReference[] {
  const id = document?.content['deliveryId'];
  return typeof id === 'string' ? [{ type: 'delivery', id }] : [];
}
