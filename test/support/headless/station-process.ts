import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededOffice } from '../builders';
import { openHeadlessWorkstation } from './headless-workstation';
import { historyFile } from './history';
import { nextDrafts } from './office-work';

/** What the kill loop tells a workstation process. */
export interface StationOrder {
  readonly folder: string;
  readonly address: string;
  readonly office: SeededOffice;
}

/** A workstation that works until it is killed; what it was told is flushed to `history.log` before it goes on. */
async function work({ folder, address, office }: StationOrder): Promise<void> {
  const station = await openHeadlessWorkstation({
    folder,
    address: () => address,
    note: historyFile(join(folder, 'history.log')),
  });
  process.once('disconnect', () => process.exit(0));
  for (;;) {
    for (let i = 0; i < 3; i++) await station.act(nextDrafts(station, office));
    const done = await station.round();
    await sleep(done.ok ? 5 : 50);
  }
}

await work(JSON.parse(process.argv[2] ?? '{}') as StationOrder);
