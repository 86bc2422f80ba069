import { readConfig } from './config';
import { runHub } from './run-hub';
import { failed } from './serve';

/** The hub alone, as the workstation's package carries it: its options are those from `--relay` on. */
async function main(): Promise<void> {
  const { argv } = process;
  const { hub, ...config } = readConfig(process.env, argv.slice(argv.indexOf('--relay')));
  if (!hub) throw new Error('this program is a hub: --relay is missing');
  await runHub({ ...config, hub });
}

main().catch(failed);
