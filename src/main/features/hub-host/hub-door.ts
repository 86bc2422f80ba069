import { join } from 'node:path';
import type { z } from 'zod';
import { fromUtf8 } from '@shared/kernel/bytes';
import { err, type Result } from '@shared/kernel/result';
import { DOOR_FILE, HubDoor } from '@shared/protocol/hub-door';
import { readIfThere } from '../../platform/durable-file';
import { pinnedAgent } from '../../platform/pinned-agent';
import { createServerClient } from '../../platform/server-client';

/** Where the hub of this PC answers; undefined while it does not run, and for a file that is none. */
export async function readDoor(folder: string): Promise<HubDoor | undefined> {
  const bytes = await readIfThere(join(folder, DOOR_FILE));
  if (!bytes) return undefined;
  try {
    return HubDoor.safeParse(JSON.parse(fromUtf8(bytes))).data;
  } catch {
    return undefined;
  }
}

export interface DoorRequest<T extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
  readonly timeoutMs?: number;
}

/** One request to the hub of this PC, by the certificate and the key that it left in its folder. */
export async function askHub<T extends z.ZodType>(
  folder: string,
  request: DoorRequest<T>,
): Promise<Result<z.infer<T>>> {
  const door = await readDoor(folder);
  if (!door) return err({ code: 'hub-host.not-running' });
  const agent = pinnedAgent(door.fingerprint);
  try {
    const client = createServerClient(() => ({ baseUrl: door.address, agent }));
    const reply = await client.call({ timeoutMs: 10_000, ...request, accessToken: door.key });
    const isSilent = !reply.ok && reply.error.code.startsWith('server.');
    return isSilent ? err({ code: 'hub-host.not-running' }) : reply;
  } finally {
    agent.destroy();
  }
}
