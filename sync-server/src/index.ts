import { compose } from './compose';
import { readConfig } from './config';
import { createLog } from './log';
import { runHub } from './run-hub';
import { addressOf, failed, serve } from './serve';

/** The province, or with `--relay` the hub of an office. */
async function main(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2));
  const { hub, tls } = config;
  if (hub) return runHub({ ...config, hub });
  const log = createLog(config.logLevel);
  const { app, hints, stop } = await compose(config, { log, addressOf });
  const listening = async (): Promise<object> => ({});
  return serve(config, log, { app, tls, listening, closeStreams: hints.closeAll, stop });
}

main().catch(failed);
