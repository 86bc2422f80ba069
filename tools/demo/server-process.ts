import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { repositoryRoot } from '../run-step';

const ReadyLine = z.object({ ready: z.literal(true), address: z.string() });

export interface ServerProcess {
  readonly address: string;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

/** Starts the bundled sync-server on its embedded database and waits until it listens. */
export async function startServer(options: {
  readonly dataDir: string;
  readonly port: number;
}): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(repositoryRoot, 'out/server/index.js')], {
    env: {
      ...process.env,
      PORT: String(options.port),
      DATA_DIR: options.dataDir,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
      // The demo's people sign in faster than an office does.
      RATE_BURST: '500',
      RATE_PER_SECOND: '200',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = ReadyLine.safeParse(parseLine(line));
      if (ready.success) resolve(ready.data.address);
    });
  });
  return {
    address,
    dataDir: options.dataDir,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Where a demo keeps its data; as root PostgreSQL's own user must be able to enter the folder. */
export const demoFolder = (name: string): string =>
  process.getuid?.() === 0
    ? join('/var/lib/tram-cong-vu', name)
    : join(homedir(), '.local', 'share', 'tram-cong-vu', name);
