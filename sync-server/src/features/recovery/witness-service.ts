import { z } from 'zod';
import { err, ok, type Result } from '@shared/kernel/result';
import { entitledScopes } from '@shared/sync/entitlement';
import type { ExchangeSession } from '@shared/sync/exchange';
import { contentHash } from '@shared/sync/record';
import type { Witness, WitnessOffer, WitnessReply } from '@shared/sync/witness';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { sha256 } from '../../platform';
import { dossiersOf } from '../session/user-repository';

export type WitnessFailure = { readonly code: 'http.invalid-body' | 'session.not-signed-in' };

const ForkLine = z.object({ fork_head: z.coerce.number(), resumes_at: z.coerce.number() });

/**
 * Keeps what a workstation holds of a history that this server lost (§13.2 step 3). It changes nothing by itself: an
 * administrator decides what becomes of it. Only people tell, and only of scopes that they may see (I-13).
 */
export function createWitnesses({ db }: { readonly db: Database }) {
  return async (
    { deviceId, officeId, user }: ExchangeSession,
    { scope, witnesses }: WitnessOffer,
  ): Promise<Result<WitnessReply, WitnessFailure>> => {
    const dossiers = user ? await dossiersOf(db, officeId, user.id) : [];
    const scopes = entitledScopes(user, officeId, dossiers);
    if (!scopes.includes(scope)) return err({ code: 'session.not-signed-in' });
    if (witnesses.some(({ content, hash }) => contentHash(content, sha256) !== hash))
      return err({ code: 'http.invalid-body' });
    return inTransaction(db, async (tx) => {
      const lost = await lostPlaces(tx, officeId);
      const hidden = await hiddenRecords(tx, officeId, {
        scopes,
        ids: witnesses.flatMap(namedIds),
      });
      const kept = witnesses.filter(
        (witness) => lost(witness.seq) && !namedIds(witness).some((id) => hidden.has(id)),
      );
      // In one order, so that two workstations with the same rows do not wait for each other in a circle.
      for (const witness of kept.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
        await keep(tx, { officeId, deviceId, scope }, witness);
      return ok({ kept: kept.length });
    });
  };
}

export type Witnesses = ReturnType<typeof createWitnesses>;

/** The record itself, and the one that a conflict or held work is about. */
const namedIds = ({ id, content }: Witness): readonly string[] => {
  const { targetId } = content;
  return typeof targetId === 'string' ? [id, targetId] : [id];
};

/** Records that lie in a scope of which this person may tell nothing, whatever scope they are offered for (I-13). */
async function hiddenRecords(
  tx: Queryable,
  officeId: string,
  { scopes, ids }: { readonly scopes: readonly string[]; readonly ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query(
    `select id from record where office_id = $1 and id::text = any($2::text[])
        and scope <> all($3::text[])`,
    [officeId, ids, scopes],
  );
  return new Set(rows.map((row) => IdLine.parse(row).id));
}

const IdLine = z.object({ id: z.string() });

/** Tells the places that a lost history of the office gave. */
async function lostPlaces(tx: Queryable, officeId: string): Promise<(seq: number) => boolean> {
  const { rows } = await tx.query(
    'select fork_head, resumes_at from office_recovery where office_id = $1',
    [officeId],
  );
  const forks = rows.map((row) => ForkLine.parse(row));
  return (seq) => forks.some((fork) => seq > fork.fork_head && seq < fork.resumes_at);
}

async function keep(
  tx: Queryable,
  from: { readonly officeId: string; readonly deviceId: string; readonly scope: string },
  { id, rev, hash, type, seq, content }: Witness,
): Promise<void> {
  const key = [from.officeId, id, rev, hash];
  await tx.query(
    `insert into witness (office_id, id, rev, hash, type, scope, seq, content)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [...key, type, from.scope, seq, JSON.stringify(content)],
  );
  await tx.query(
    `insert into witness_device (office_id, id, rev, hash, device_id)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [...key, from.deviceId],
  );
}
