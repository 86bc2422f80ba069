import type { OutgoingState } from '@shared/domain/document/outgoing-document';
import type { OutgoingGoal } from './papers/outgoing-papers';

/** Acts that a seeded document goes through. */
export type SeedStep =
  | 'create'
  | 'submitDraft'
  | 'approveContent'
  | 'approveFormat'
  | 'returnDraft'
  | 'recordSignature'
  | 'requestNumber'
  | 'recordSeal'
  | 'dropDraft';

/** The way of a document that nothing holds up, with the state that each act leads to (van-ban.md §9.5). */
const straight: readonly (readonly [step: SeedStep, to: OutgoingState])[] = [
  ['create', 'duThao'],
  ['submitDraft', 'choDonVi'],
  ['approveContent', 'choTheThuc'],
  ['approveFormat', 'choKy'],
  ['recordSignature', 'daKy'],
  ['requestNumber', 'daCapSo'],
  ['recordSeal', 'daDongDau'],
];

function pathTo(goal: OutgoingGoal): readonly (readonly [step: SeedStep, to: OutgoingState])[] {
  if (goal === 'traLai') return [...straight.slice(0, 2), ['returnDraft', 'traLai']];
  if (goal === 'huyDuThao') return [...straight.slice(0, 1), ['dropDraft', 'huyDuThao']];
  return straight.slice(0, straight.findIndex(([, state]) => state === goal) + 1);
}

/**
 * What is still to be done for a document.
 *
 * @param state where it stands; undefined when it is not there. In a state off the way somebody has taken it over: none.
 */
export function remainingSteps(
  goal: OutgoingGoal,
  state: OutgoingState | undefined,
): readonly SeedStep[] {
  const path = pathTo(goal);
  const at = path.findIndex(([, to]) => to === state);
  if (state !== undefined && at < 0) return [];
  return path.slice(at + 1).map(([step]) => step);
}

/**
 * Has the seeding done its part? Only issued documents tell: people go on with the others, and what they did is not
 * done over.
 */
export const isAtGoal = (goal: OutgoingGoal, state: OutgoingState): boolean =>
  goal !== 'daDongDau' || remainingSteps(goal, state).length === 0;
