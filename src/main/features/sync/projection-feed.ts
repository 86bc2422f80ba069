import type { FileHash } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import type { EngineProjection } from '@shared/sync/engine';
import type { PeerWork } from '@shared/relay/peer-work';
import type { Effect, JournalState } from '@shared/sync/journal-state';
import type { Operation, TargetType } from '@shared/sync/operation';
import type { OverlayOperation, ProjectionBatch } from '@shared/sync/project';
import {
  dossierScope,
  EMPTY_DIGEST,
  officeScope,
  type Page,
  type Repair,
  type Scope,
  type ScopeCursor,
} from '@shared/sync/record';
import type { RowReference } from '@shared/sync/store-batch';
import type { Witness } from '@shared/sync/witness';

/** Local work of a batch is bounded, so that a start with a thousand pending acts stays responsive. */
const OVERLAYS_PER_BATCH = 200;

export interface ProjectionFeedDeps {
  readonly state: () => JournalState;
  /** Colleagues' work on its way around the province: shown to those whose database holds its scope (§20). */
  readonly peers: () => PeerWork;
  /** Announces that a batch can be taken. */
  readonly announce: () => void;
  /**
   * Of the work of this machine users see their own (§3.1), and that of others who share it once the hub has told that it
   * is for them (§20).
   */
  readonly viewer: () => string | undefined;
  /** Office of the signed-in user; scope of records that the server has not confirmed. */
  readonly officeId: () => string | undefined;
  /** The page removed records that named these files (M-9). */
  readonly dropped?: (files: readonly FileHash[]) => void;
}

export type Acknowledgement =
  | {
      readonly stored: true;
      readonly batchId: number;
      readonly cursor: ({ readonly scope: Scope } & ScopeCursor) | null;
      readonly differing: readonly number[];
      readonly witnesses: readonly Witness[];
      readonly dropped: readonly FileHash[];
    }
  | { readonly stored: false; readonly batchId: number; readonly reason: string };

type Offer = Pick<ProjectionBatch, 'page' | 'compare' | 'witness'> & {
  readonly purge?: readonly Scope[];
  readonly repair?: Omit<NonNullable<ProjectionBatch['repair']>, 'overlays'>;
};
/** What the window found: buckets that differ, rows that were asked for. */
type Found = Pick<Extract<Acknowledgement, { stored: true }>, 'differing' | 'witnesses'>;

/**
 * Hands batches to the one window that holds the projection, one at a time.
 *
 * The window takes, stores, reads back and acknowledges; only then does the engine's call answer (§2.1). Local work is
 * looked up at the moment of taking, so that no batch carries an older picture of it than the one before.
 */
export function createProjectionFeed(deps: ProjectionFeedDeps) {
  let held: Map<Scope, ScopeCursor> | undefined;
  let nextBatchId = 1;
  let taken:
    | { readonly batch: ProjectionBatch; readonly done: (result: Result<Found>) => void }
    | undefined;
  const touched = new Map<string, RowReference>();
  /** Scopes that were withdrawn from this person: local work brings nothing of them back (I-14). */
  const revoked = new Set<Scope>();
  /** Those whose rows could not be removed: until it is tried again they show their reader's own work upon them. */
  const leftBehind = new Set<Scope>();
  /** Confirmed work that the server's answer speaks of: a hub may tell of younger work in the meantime (I-24). */
  const spoken = new Set<string>();
  const waiting: (Offer & { readonly done: (result: Result<Found>) => void })[] = [];

  const offer = (offered: Offer): Promise<Result<Found>> => {
    if (!held) return Promise.resolve(err({ code: 'projection.not-ready' }));
    return new Promise((done) => {
      waiting.push({ ...offered, done });
      deps.announce();
    });
  };
  const stored = async (offered: Offer): Promise<Result<void>> => {
    const done = await offer(offered);
    return done.ok ? ok(undefined) : done;
  };

  function overlayFor(reference: RowReference): ProjectionBatch['overlays'][number] {
    if (revoked.has(reference.scope) && !leftBehind.has(reference.scope))
      return { ...pick(reference), operations: [] };
    const lent = lentOf(reference.id);
    const operations = overlayOf(reference.id);
    return { ...pick(reference), operations, ...(lent ? { lent } : {}) };
  }

  function overlayOf(id: string): readonly OverlayOperation[] {
    const viewer = deps.viewer();
    const own = deps
      .state()
      .overlayOf(id)
      .filter(({ operation }) => operation.actor === viewer || isShared(operation));
    return deps.peers().overlayOf(id, own, isShown);
  }

  function isShared(operation: Operation): boolean {
    const scope = deps.peers().scopeOfShared(operation);
    return scope !== undefined && isShown(scope);
  }

  /** What a bundle brought of a record that the server has not told of. */
  const lentOf = (id: string) => deps.peers().baseOf(id, isShown);

  /** Scopes of which the signed-in person may see colleagues' work. */
  const isShown = (scope: Scope): boolean => !revoked.has(scope) && (held?.has(scope) ?? false);

  const isOverlaid = (id: string): boolean =>
    deps.state().overlayOf(id).length > 0 || deps.peers().scopeOf(id) !== undefined;

  const overlaidTargets = () => [...deps.state().overlaidTargets(), ...deps.peers().targets()];

  const landed = (isHeld: (effect: Effect) => boolean) => [
    ...deps.state().landed(deps.viewer(), isHeld),
    ...deps.peers().landed(isHeld),
  ];

  /** The answer itself told the outcome. */
  function speakOf({ opId, target: { id } }: Operation): void {
    for (const { operation, confirmedRev: rev } of deps.state().overlayOf(id))
      if (operation.opId === opId && rev !== null) spoken.add(effectKey({ id, rev }));
  }

  function touch(target: { readonly type: TargetType; readonly id: string }): void {
    const officeId = deps.officeId();
    if (!held || officeId === undefined) return;
    const scope = deps.peers().scopeOf(target.id) ?? newScopeOf(target, officeId);
    touched.set(target.id, { ...target, scope });
  }

  function takeOverlays(page: ProjectionBatch['page']): ProjectionBatch['overlays'] {
    const overlays: ProjectionBatch['overlays'][number][] = [];
    for (const entry of page?.page.entries ?? []) {
      if (!isOverlaid(entry.id)) continue;
      overlays.push(overlayFor({ type: entry.type, id: entry.id, scope: page?.page.scope ?? '' }));
      touched.delete(entry.id);
    }
    for (const reference of [...touched.values()].slice(0, OVERLAYS_PER_BATCH)) {
      overlays.push(overlayFor(reference));
      touched.delete(reference.id);
    }
    return overlays;
  }

  const overlaysOf = ({ scope, entries }: Repair): ProjectionBatch['overlays'] =>
    entries.flatMap(({ type, id }) => (isOverlaid(id) ? [overlayFor({ type, id, scope })] : []));

  /** The server gives the scope again: local work upon it shows again. */
  function readmit(scope: Scope): void {
    if (revoked.delete(scope)) overlaidTargets().forEach(touch);
  }

  /** Colleagues' work of a scope shows from the moment in which this person holds it (I-13). */
  function hold(scope: Scope, cursor: ScopeCursor): void {
    if (!held?.has(scope)) deps.peers().targets().forEach(touch);
    held?.set(scope, cursor);
  }

  /**
   * A cursor at 0 that no first load left there comes from a purge that failed or a first page that was cut: rows may lie
   * there of which nobody tells any more that they went, so that the scope is begun empty (I-3).
   */
  function leftovers(scope: Scope): readonly Scope[] {
    const cursor = held?.get(scope);
    if (cursor?.seq !== 0 || cursor.load) return [];
    overlaidTargets().forEach(touch);
    return [scope];
  }

  const projection: EngineProjection = {
    cursors: () => held,
    storePage: (page: Page, marks) => {
      readmit(page.scope);
      return stored({ page: { page, marks }, purge: leftovers(page.scope) });
    },
    compare: async (scope, sums) => {
      const found = await offer({ page: null, compare: { scope, sums } });
      return found.ok ? ok(found.value.differing) : found;
    },
    readWitnesses: async (scope, after) => {
      const found = await offer({ page: null, witness: { scope, after } });
      return found.ok ? ok(found.value.witnesses) : found;
    },
    storeRepair: (repair, marks, seq) => {
      // A row that the server lost goes, and what its author sends again stays on the screen (I-24).
      overlaidTargets().forEach(touch);
      return stored({ page: null, repair: { repair, marks, seq } });
    },
    purge: async (scopes) => {
      for (const scope of scopes) {
        revoked.add(scope);
        leftBehind.delete(scope);
      }
      const purged = await stored({ page: null, purge: scopes });
      if (!purged.ok) for (const scope of scopes) leftBehind.add(scope);
      // Rows that have gone under local work of other scopes get it back.
      overlaidTargets().forEach(touch);
      return purged;
    },
    settle: (operations) => {
      for (const operation of operations) {
        touch(operation.target);
        speakOf(operation);
      }
      deps.announce();
    },
    caughtUp: () => {
      const targets = landed((effect) => spoken.has(effectKey(effect)));
      targets.forEach(touch);
      if (targets.length > 0) deps.announce();
    },
    asked: () => {
      spoken.clear();
      landed((effect) => {
        spoken.add(effectKey(effect));
        return false;
      });
      if (touched.size > 0) deps.announce();
    },
  };

  return {
    projection,
    lentOf,

    /** A window has opened its database; what it holds, and which rows it thinks carry local work. */
    open(
      cursors: ReadonlyMap<Scope, ScopeCursor>,
      dirty: readonly RowReference[],
    ): { readonly overlays: number; readonly defects: number } {
      abandon();
      held = new Map(cursors);
      revoked.clear();
      leftBehind.clear();
      const open = new Set(dirty.map(({ id }) => id));
      // Behind the cursor and not dirty: the row has it, or it has left. A record that moved on since is still dirty.
      // A document inside a dossier may show its last act a page later; the office's cursor stands for it here.
      const office = officeScope(deps.officeId() ?? '');
      const cursorOf = (id: string): number =>
        (held?.get(dossierScope(id)) ?? held?.get(office))?.seq ?? 0;
      landed(({ id, seq }) => seq <= cursorOf(id) && !open.has(id));
      const overlaid = new Set(overlaidTargets().map(({ id }) => id));
      for (const row of dirty) touched.set(row.id, row);
      overlaidTargets().forEach(touch);
      deps.announce();
      return {
        overlays: touched.size,
        defects: dirty.filter(({ id }) => !overlaid.has(id)).length,
      };
    },

    /** Has the server given this scope, or does the batch in hand bring work of our own for it? */
    holds: (scope: Scope): boolean =>
      held !== undefined &&
      !revoked.has(scope) &&
      (held.has(scope) ||
        taken?.batch.page?.page.scope === scope ||
        (taken?.batch.overlays.some((overlay) => overlay.scope === scope) ?? false)),

    /** The window is gone or belongs to nobody: what it had not acknowledged was not stored. */
    close(): void {
      abandon();
      held = undefined;
    },

    /** What is not confirmed of a record and may be shown to the signed-in person: their own work, and colleagues'. */
    overlayOf,
    isShown,
    /** Records that such work lies upon. */
    overlaidTargets,

    /** Local work on these records has changed. */
    saved(operations: readonly Pick<Operation, 'target'>[]): void {
      for (const { target } of operations) touch(target);
      deps.announce();
    },

    /** The next batch; the same one again while it is not acknowledged, undefined when there is nothing to do. */
    take(): ProjectionBatch | undefined {
      if (!held) return undefined;
      if (taken) return taken.batch;
      const next = waiting.shift();
      if (!next && touched.size === 0) return undefined;
      const page = next?.page ?? null;
      const batch: ProjectionBatch = {
        batchId: nextBatchId++,
        purge: next?.purge ?? [],
        page,
        overlays: takeOverlays(page),
        ...(next?.compare ? { compare: next.compare } : {}),
        ...(next?.witness ? { witness: next.witness } : {}),
        ...(next?.repair
          ? { repair: { ...next.repair, overlays: overlaysOf(next.repair.repair) } }
          : {}),
      };
      taken = { batch, done: next?.done ?? (() => {}) };
      return batch;
    },

    acknowledge(answer: Acknowledgement): void {
      // An answer to a batch of an earlier window or from before a reload counts for nothing.
      if (!taken || !held || taken.batch.batchId !== answer.batchId) return;
      const { batch, done } = taken;
      taken = undefined;
      if (!answer.stored) {
        for (const overlay of batch.overlays) touched.set(overlay.id, overlay);
        // How far a purge came is not known: the scope is purged again, or else read from its start.
        for (const scope of batch.purge) held.set(scope, { seq: 0, digest: EMPTY_DIGEST });
        // Some of its rows may be there: it is a scope that can be withdrawn.
        const scope = batch.page?.page.scope;
        if (scope !== undefined && !held.has(scope)) hold(scope, { seq: 0, digest: EMPTY_DIGEST });
        done(err({ code: 'projection.store-failed' }));
        return;
      }
      if (answer.dropped.length > 0) deps.dropped?.(answer.dropped);
      for (const scope of batch.purge) held.delete(scope);
      if (answer.cursor) {
        const { scope, ...cursor } = answer.cursor;
        hold(scope, cursor);
        const entries = batch.page?.page.entries ?? [];
        const revs = new Map(entries.map(({ id, rev }) => [id, rev]));
        const gone = new Set(entries.filter(({ kind }) => kind !== 'put').map(({ id }) => id));
        const targets = landed(({ id, rev }) => (revs.get(id) ?? 0) >= rev);
        // A `leave` of this scope says nothing to a row that still shows that work in another one.
        for (const target of targets) if (gone.has(target.id)) touch(target);
      }
      done(ok(answer));
      if (waiting.length > 0 || touched.size > 0) deps.announce();
    },
  };

  function abandon(): void {
    const failed = [...(taken ? [taken] : []), ...waiting.splice(0)];
    taken = undefined;
    touched.clear();
    for (const { done } of failed) done(err({ code: 'projection.not-ready' }));
  }
}

export type ProjectionFeed = ReturnType<typeof createProjectionFeed>;

const effectKey = ({ id, rev }: Pick<Effect, 'id' | 'rev'>): string => `${id}/${rev}`;

/** Where a record lies that only this machine has yet: its row must not lie open for a moment (§7.3). */
const newScopeOf = (target: { readonly type: TargetType; readonly id: string }, office: string) =>
  target.type === 'dossier' ? dossierScope(target.id) : officeScope(office);

const pick = ({ type, id, scope }: RowReference): RowReference => ({ type, id, scope });
