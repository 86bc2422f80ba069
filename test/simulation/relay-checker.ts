import { toHex } from '@shared/kernel/bytes';
import { sameJson, type JsonObject } from '@shared/kernel/canonical-json';
import type { MailboxItem } from '@shared/protocol/relay-message';
import { previewOperation } from '@shared/sync/acts/acts';
import type { HeldRecord, ProjectionBatch } from '@shared/sync/project';
import { dossierScope, officeScope, type Scope } from '@shared/sync/record';
import { scopeKey } from '../support/relay-office';
import { workKey, type Arrivals } from './arrivals';
import type { SimulatedDatabase } from './simulated-database';

export type Work = { readonly dev: string; readonly n: number };
/** Who brought an operation to the province. */
export type Bringer = 'author' | 'hub' | 'colleague';

/** What a person sees of a machine's database, and what the machine knows. */
interface Screen {
  readonly arrivals: Arrivals;
  readonly viewer: string;
  readonly holds: (scope: Scope) => boolean;
  readonly database: Pick<SimulatedDatabase, 'rows' | 'isEmptied'>;
  readonly officeId: string;
}

export interface RelayChecker {
  /** Work left its author's machine in a bundle. */
  readonly bundled: (work: Work) => void;
  readonly brought: (work: Work, by: Bringer) => void;
  /** The hub's word has reached a workstation: this lies at the hub. */
  readonly relayed: (work: Work) => void;
  /** A hub is gone or went back: what it promised of these counts no more. */
  readonly hubLost: (isKept: (work: Work) => boolean) => void;
  readonly machineLost: (deviceId: string) => void;
  readonly batchTaken: (batch: ProjectionBatch) => void;
  readonly screen: (screen: Screen) => void;
  /** What lies on a hub's disk tells nothing to who steals it. */
  readonly hubDisk: (lines: readonly MailboxItem[]) => void;
  readonly settled: (isStored: (work: Work) => boolean) => void;
}

/** Words of papers that the workload writes, as they would lie on a disk. */
const CONTENT = ['tổ chức họp', 'đơn thư', 'một cửa', 'Sở Nội vụ', '"subject"', '"members"'];

/** The rules of the way around the province (§20), from what machines, hubs and the province were seen to do. */
export function createRelayChecker(
  fail: (rule: string, what: string) => void,
  count: (name: string) => void,
): RelayChecker {
  const ways = new Map<string, (Bringer | 'bundle')[]>();
  const promised = new Map<string, Work>();
  const lost = new Set<string>();
  /** Rows that were found right, with the open work upon them: what a row shows hangs on these alone. */
  const rightRows = new WeakMap<HeldRecord, string>();

  function went(work: Work, way: Bringer | 'bundle'): void {
    const known = ways.get(workKey(work)) ?? [];
    if (known.at(-1) !== way) known.push(way);
    ways.set(workKey(work), known);
  }

  function checkTarget(screen: Screen, id: string): void {
    const { arrivals, viewer, holds, database, officeId } = screen;
    const row = database.rows().get(id);
    // Withdrawn access hides local work too, until a page says that it was given back (I-14).
    const places = [officeScope(officeId), dossierScope(id), ...(row ? [row.scope] : [])];
    if (places.some(database.isEmptied)) return;
    const rev = row?.rev ?? 0;
    const shown = arrivals.of(id).filter(({ op, scope, sharedIn }) => {
      const told = scope ?? (op.actor === viewer ? undefined : sharedIn);
      return told === undefined ? op.actor === viewer : holds(told);
    });
    if (shown.some(({ op, sharedIn }) => sharedIn && op.actor !== viewer))
      count('relay:another’s at this PC on the screen');
    const confirmedRev = ({ outcome }: (typeof shown)[number]): number | undefined =>
      outcome && 'rev' in outcome ? outcome.rev : undefined;
    // What was confirmed and is not in the row may have gone from this person's sight: the feed's own matter.
    if (shown.some((one) => (confirmedRev(one) ?? 0) > rev)) return;
    const open = shown.filter(({ outcome }) => outcome === undefined);
    if (open.some(({ scope }) => scope !== undefined)) count('relay:colleague on the screen');
    const came = open.map(({ key }) => key).join();
    if (row && rightRows.get(row) === came) return;
    let view: JsonObject | null = row && rev > 0 ? (row.dirty ? row.srv : row.view) : null;
    for (const { op } of open) view = previewOperation(view, op);
    if (sameJson(view, row?.view ?? null)) {
      if (row) rightRows.set(row, came);
      return;
    }
    const [told, is] = [view, row?.view ?? null].map((one) => JSON.stringify(one));
    fail('I-13', `${id} does not show what came, in its order (${came}): ${is} and not ${told}`);
  }

  return {
    bundled: (work) => went(work, 'bundle'),
    brought: went,
    relayed: (work) => void promised.set(workKey(work), work),
    hubLost(isKept) {
      for (const [key, work] of promised) if (!isKept(work)) promised.delete(key);
    },
    machineLost: (deviceId) => void lost.add(deviceId),

    batchTaken({ overlays }) {
      for (const { id, operations } of overlays) {
        const ids = operations.map(({ operation }) => operation.opId);
        if (new Set(ids).size !== ids.length) fail('I-5', `an act upon ${id} is shown twice`);
      }
    },

    screen(screen) {
      for (const id of screen.arrivals.targets()) checkTarget(screen, id);
    },

    hubDisk(lines) {
      const disk = JSON.stringify(lines);
      const plain = CONTENT.find((text) => disk.includes(text));
      if (plain !== undefined) fail('I-13', `a hub's disk shows ${plain}`);
      const scopes = new Set(
        lines.flatMap((one) => ('envelope' in one ? [one.envelope.scope] : [])),
      );
      for (const scope of scopes) {
        const key = scopeKey(scope);
        const texts = [toHex(key), Buffer.from(key).toString('base64')];
        if (texts.some((text) => disk.includes(text)))
          fail('I-13', `a hub holds the key of ${scope}`);
      }
    },

    settled(isStored) {
      for (const work of promised.values()) {
        if (!lost.has(work.dev)) continue;
        if (isStored(work)) count('relay:outlived its machine');
        else fail('I-1', `${workKey(work)} was relayed and died with its machine`);
      }
      for (const known of ways.values()) {
        const bringers = known.filter((way) => way !== 'bundle');
        const [first, second] = bringers;
        if (!first) continue;
        count(second ? `path:${first}, then ${second}` : `path:${first} alone`);
        if (known[0] === 'bundle') count(`path:bundle, then ${first}`);
      }
    },
  };
}
