import type { Operation } from '@shared/sync/operation';
import { dossierScope, officeScope, userScope, type Scope } from '@shared/sync/record';

/** Acts after which a record no longer lies where it lay, and only the province can say where. */
const MOVES: ReadonlySet<string> = new Set(['cmd.moveToDossier', 'cmd.leaveDossier', 'cmd.seal']);

export interface ScopeOfDeps {
  /** Restricted scopes in which the record lies by what the server last told. */
  readonly restricted: (id: string) => readonly Scope[];
  /** Where colleagues' work on it was sealed for. */
  readonly relayed: (id: string) => Scope | undefined;
  /** Own work on it that waits for the province. */
  readonly pending: (id: string) => readonly Pick<Operation, 'kind'>[];
}

/**
 * For whom an operation is sealed on its way around the province (§20, I-13): those who may see its record as far as this
 * machine knows; where that is not certain, its author alone.
 */
export function scopeOfOperation(
  { restricted, relayed, pending }: ScopeOfDeps,
  { target, actor, office }: Pick<Operation, 'target' | 'actor' | 'office'>,
): Scope {
  const [first, ...others] = restricted(target.id);
  const isMoving = pending(target.id).some(({ kind }) => MOVES.has(kind));
  if (isMoving || others.length > 0) return userScope(actor);
  if (target.type === 'dossier') return dossierScope(target.id);
  return first ?? relayed(target.id) ?? officeScope(office);
}
