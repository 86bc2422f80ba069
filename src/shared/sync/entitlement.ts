import type { User } from '../domain/organ/user';
import { limits } from '../protocol/version';
import { Dossier } from '../domain/dossier/dossier';
import {
  dossierOf,
  dossierScope,
  officeScope,
  unitScope,
  userScope,
  type Scope,
  type ServerRecord,
} from './record';

/**
 * May this person see content of the office at all? An administrator without another role may not (van-ban.md §8.2), and
 * who lost their last role has nothing left to see.
 */
const seesContent = (user: User, officeId: string): boolean =>
  user.active && user.officeId === officeId && user.grants.some(({ role }) => role !== 'quanTri');

/**
 * The scopes of a person at this moment (I-13, §7.1): office, own, unit, and the restricted dossiers that name them; at
 * most `limits.scopesPerClient`.
 * @param dossierIds dossiers whose list of members has this person, in any order
 */
export function entitledScopes(
  user: User | undefined,
  officeId: string,
  dossierIds: readonly string[],
): readonly Scope[] {
  if (!user || !seesContent(user, officeId)) return [];
  const unit = user.unitId === null ? [] : [unitScope(user.unitId)];
  const dossiers = dossierIds.toSorted().map(dossierScope);
  // The office first: a record that moves into a dossier has then left before it comes.
  const scopes = [officeScope(officeId), userScope(user.id), ...unit, ...dossiers];
  return scopes.slice(0, limits.scopesPerClient);
}

/** May this person see and change records of a scope now? `dossier` is the record behind a dossier's scope. */
export function mayEnter(user: User, { officeId, scope, dossier }: ScopeEntry): boolean {
  if (!seesContent(user, officeId)) return false;
  if (dossierOf(scope) === undefined) {
    return entitledScopes(user, officeId, []).includes(scope);
  }
  const parsed = Dossier.safeParse(dossier?.content);
  return parsed.success && parsed.data.members.some((member) => member === user.id);
}

export interface ScopeEntry {
  readonly officeId: string;
  readonly scope: Scope;
  readonly dossier: ServerRecord | undefined;
}
