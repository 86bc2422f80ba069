import { z } from 'zod';
import type { CompareReply, CompareRequest } from '@shared/protocol/incarnation';
import type { ExchangeSession } from '@shared/sync/exchange';
import { Operation } from '@shared/sync/operation';
import { standingsOf, traceOf } from '@shared/sync/unreceived';
import type { Queryable } from '../../db/queryable';
import { sha256 } from '../../platform';

const OpLine = z.object({ body: Operation });

/**
 * Tells a device what the server has of work that one of its earlier incarnations could not send (§13.3). It learns of
 * its own operations alone, and of those of its copies; a refused one counts as none.
 */
export function createUnreceived({ db }: { readonly db: Queryable }) {
  return async (
    { officeId, deviceId }: ExchangeSession,
    { operations }: z.infer<typeof CompareRequest>,
  ): Promise<z.infer<typeof CompareReply>> => {
    const inc = Math.min(...operations.map((one) => one.inc));
    const n = Math.min(...operations.filter((one) => one.inc === inc).map((one) => one.n));
    const { rows } = await db.query(
      `select body from op
        where office_id = $1 and dev = $2 and (inc, n) >= ($3, $4)
          and outcome->>'status' <> 'rejected'
        order by inc, n`,
      [officeId, deviceId, inc, n],
    );
    const received = rows.map((row) => traceOf(OpLine.parse(row).body, sha256));
    return { standings: standingsOf(operations, received) };
  };
}

export type Unreceived = ReturnType<typeof createUnreceived>;
