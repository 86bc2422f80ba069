import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DOOR_FILE, HubDoor } from '@shared/protocol/hub-door';
import { freePort } from '../../../sync-server/src/embedded/free-port';

/**
 * Where the hub of the demo lies and listens, apart from a hub that this machine may have.
 *
 * @param parent a folder that PostgreSQL's own user may enter
 */
export async function placeForHub(parent: string) {
  const folder = mkdtempSync(join(parent, 'tcv-hub-'));
  const config = mkdtempSync(join(parent, 'tcv-config-'));
  const door = join(folder, DOOR_FILE);
  const stop = async (): Promise<void> => {
    if (!existsSync(door)) return;
    const { pid } = HubDoor.parse(JSON.parse(readFileSync(door, 'utf8')));
    // One that was killed left its door behind.
    for (let waited = 0; isAlive(pid) && waited < 20_000; waited += 100) {
      if (waited === 0) process.kill(pid, 'SIGTERM');
      await sleep(100);
    }
  };
  return {
    folder,
    env: {
      TCV_HUB_FOLDER: folder,
      TCV_HUB_PORT: String(await freePort()),
      XDG_CONFIG_HOME: config,
      // Outside the hub's data, and outside the folders of a real office's programs.
      HUB_ANCHOR_FOLDERS: join(config, 'so-dang-ky'),
    },
    stop,
    /** The hub outlives the PC that put it up: it is ended here. */
    remove: async (): Promise<void> => {
      await stop();
      for (const path of [folder, config]) rmSync(path, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
