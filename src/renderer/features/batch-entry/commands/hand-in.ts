import type { IncomingRegistration } from '@shared/domain/document/incoming-document';
import type { Role } from '@shared/domain/organ/user';
import type { Bridge } from '@shared/ipc/contract';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import { ask } from '../../../data/bridge';
import type { Workbench } from '../../../data/workbench';
import { registrationDrafts } from '../../incoming';

/** A row that may go into the book; its id becomes the document's. */
export interface Paper {
  readonly id: string;
  readonly registration: IncomingRegistration;
  readonly role: Role;
}

export interface HandInDeps {
  readonly bridge: Bridge;
  readonly workbench: Pick<Workbench, 'save'>;
  /** Which of the ids are documents that this machine shows already. */
  readonly findHeldIds: (ids: readonly string[]) => Promise<readonly string[]>;
  /** Told of every row that has become a document, as it happens. */
  readonly onGone: (ids: readonly string[]) => void;
}

export interface HandInOutcome {
  /** In the book now, in the order of the batch; those that had been handed in before are among them. */
  readonly ids: readonly string[];
  /** Why the rest did not go; what is in `ids` is saved all the same. */
  readonly failure: Failure | undefined;
}

/** Papers of one append: both acts of all of them are in the journal, or none. Main takes at most 500 acts. */
const CHUNK_PAPERS = 50;

/**
 * Puts rows into the book, some at a time. A row that has become a document before, when the program died or the
 * answer was lost, is seen by its id and only leaves the batch: no paper is doubled.
 */
export async function handIn(deps: HandInDeps, papers: readonly Paper[]): Promise<HandInOutcome> {
  const known = await findHandedIn(
    deps,
    papers.map(({ id }) => id),
  );
  if (!known.ok) return { ids: [], failure: known.error };
  const gone = papers.filter(({ id }) => known.value.has(id)).map(({ id }) => id);
  await leaveBatch(deps, gone);
  const rest = papers.filter(({ id }) => !known.value.has(id));
  for (let start = 0; start < rest.length; start += CHUNK_PAPERS) {
    const chunk = rest.slice(start, start + CHUNK_PAPERS);
    const answer = await ask(deps.bridge, 'operations.append', {
      drafts: chunk.flatMap(({ id, registration, role }) =>
        registrationDrafts({ documentId: id, registration, role }),
      ),
    });
    if (!answer.ok) return { ids: gone, failure: answer.error };
    const ids = chunk.map(({ id }) => id);
    gone.push(...ids);
    await leaveBatch(deps, ids);
  }
  return { ids: gone, failure: undefined };
}

/** Rows whose documents exist: on screen, on their way to the server, or sent back by it. */
export async function findHandedIn(
  { bridge, findHeldIds }: Pick<HandInDeps, 'bridge' | 'findHeldIds'>,
  ids: readonly string[],
): Promise<Result<ReadonlySet<string>>> {
  const work = await ask(bridge, 'operations.list', undefined);
  if (!work.ok) return work;
  const wanted = new Set(ids);
  const underway = work.value
    .filter(({ kind, target }) => kind === 'create' && wanted.has(target.id))
    .map(({ target }) => target.id);
  try {
    return ok(new Set([...underway, ...(await findHeldIds(ids))]));
  } catch {
    return err({ code: 'projection.store-failed' });
  }
}

/** Main let the rows go in the same flush as it saved their documents; this clears the page's own copies. */
async function leaveBatch(
  { workbench, onGone }: HandInDeps,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  onGone(ids);
  await workbench.save(ids.map((rowId) => ({ rowId, row: null })));
}
