import type { Role, User } from '../organ/user';
import type { OutgoingDocument } from './outgoing-document';
import { canStep, openSteps, stepRule, type OutgoingStep } from './outgoing-steps';

/** What decides who may do something with an outgoing document. */
export type OutgoingWork = Pick<
  OutgoingDocument,
  'state' | 'organId' | 'draftedBy' | 'signerUserId' | 'numberRequestedAt' | 'dispatchRequestedAt'
>;

/** A step with the role in which the person would do it. */
export interface OpenStep {
  readonly step: OutgoingStep;
  readonly role: Role;
}

type Person = Pick<User, 'id' | 'active' | 'grants'>;

const rolesAt = (user: Person, organId: string): ReadonlySet<Role> =>
  new Set(
    user.active ? user.grants.filter((g) => g.organId === organId).map(({ role }) => role) : [],
  );

/**
 * Steps that the server would take from this person now, in the order of the law. Submitting and dropping are the
 * drafter's, signing is the named signer's, and what was asked of the server (number, dispatch) is not asked for twice.
 */
export function stepsOpenTo(document: OutgoingWork, user: Person): readonly OpenStep[] {
  const roles = rolesAt(user, document.organId);
  return openSteps(document.state, roles).flatMap((step) => {
    const role = [...roles].find((own) => canStep(step, document.state, own));
    return role !== undefined && isOwn(step, document, user) ? [{ step, role }] : [];
  });
}

function isOwn(step: OutgoingStep, document: OutgoingWork, user: Person): boolean {
  switch (step) {
    case 'submitDraft':
    case 'dropDraft':
      return document.draftedBy === user.id;
    case 'recordSignature':
      return document.signerUserId === user.id;
    case 'requestNumber':
      return document.numberRequestedAt === null;
    case 'dispatch':
      return document.dispatchRequestedAt === null;
    case 'approveContent':
    case 'approveFormat':
    case 'returnDraft':
    case 'recordSeal':
      return true;
  }
}

/**
 * "Việc của tôi": the document waits for a step that takes it further. That it might be returned or dropped keeps nobody
 * waiting.
 */
export const waitsFor = (document: OutgoingWork, user: Person): boolean =>
  stepsOpenTo(document, user).some(({ step }) => step !== 'returnDraft' && step !== 'dropDraft');

/** The role in which a person drafts for an organ; undefined when they may not. */
export const draftingRole = (user: Person, organId: string): Role | undefined =>
  [...rolesAt(user, organId)].find((role) => stepRule('submitDraft').roles.includes(role));

/** The role in which a person would sign for an organ; the highest where there are several. */
export function signingRole(user: Person, organId: string): Role | undefined {
  const roles = rolesAt(user, organId);
  return stepRule('recordSignature').roles.find((role) => roles.has(role));
}
