import { uptime } from 'node:os';
import { composeHub } from './compose-hub';
import type { Config, HubConfig } from './config';
import { openHub } from './features/hub/enrol-hub';
import { createLog } from './log';
import { addressOf, serve } from './serve';
import { makeDataDir } from './open-database';

/** The hub of an office, until a signal ends it; with `--enrol-only` it takes its place at the province and ends. */
export async function runHub(config: Config & { readonly hub: HubConfig }): Promise<void> {
  if (config.hub.isEnrolOnly) {
    await makeDataDir(config.dataDir);
    await openHub(
      config.dataDir,
      config.hub,
      () => Date.now(),
      () => uptime() * 1000,
    );
    // Inside Electron nothing else ends it.
    process.exit(0);
  }
  const log = createLog(config.logLevel);
  const hub = await composeHub(config, { log, addressOf });
  await serve(config, log, { ...hub, closeStreams: () => undefined });
}
