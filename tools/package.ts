import { join } from 'node:path';
import { packLinux, packWindows } from './packaging/pack';
import { repositoryRoot } from './run-step';

/** `npm run package:linux`, `npm run package:win`: the program as it is given to offices, in `dist/`. */
try {
  if (process.argv[2] === 'win') await packWindows();
  else console.log(`packed: ${(await packLinux(join(repositoryRoot, 'dist'))).executable}`);
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 2;
}
