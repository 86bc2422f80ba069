import { expect } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../../sync-server/src/db/queryable';
import { checkIntegrity } from '../../../sync-server/src/features/health/integrity';
import type { HeadlessWorkstation } from './headless-workstation';
import type { HistoryEvent } from './history';
import { checkHistory, type ServerTables } from './history-checker';
import { readServerTables } from './server-tables';

const DigestLine = z.object({ sum: z.string(), count: z.coerce.number() });

/** Everybody has come to rest: histories, tables, digests and the server's own check fit together (I-1 … I-11). */
export async function expectSound(
  db: Database,
  officeId: string,
  stations: readonly HeadlessWorkstation[],
  events: readonly HistoryEvent[],
): Promise<ServerTables> {
  const tables = await readServerTables(db, officeId);
  expect(checkHistory(events, tables, { isQuiet: true }).slice(0, 10)).toEqual([]);
  const { rows } = await db.query('select sum, count from scope_digest where office_id = $1', [
    officeId,
  ]);
  const digest = DigestLine.parse(rows[0]);
  for (const station of stations) {
    expect(station.state.pendingCount()).toBe(0);
    expect(station.cursor()?.digest).toEqual(digest);
    const held = [...station.rows().values()].map(({ id, rev }) => [id, rev] as const);
    expect(new Map(held)).toEqual(
      new Map([...tables.records].map(([id, { rev }]) => [id, rev] as const)),
    );
  }
  const report = await checkIntegrity(db);
  expect(report.findings).toEqual([]);
  expect(report.registers.findings).toEqual([]);
  return tables;
}
