import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import { DeviceId } from '@shared/kernel/ids';
import { CHAIN_START } from '@shared/sync/operation';
import type { Database } from '../../sync-server/src/db/queryable';
import { readServerState } from '../../sync-server/src/features/health/server-state';
import { ACCESS_SECONDS, createTokens } from '../../sync-server/src/features/session/tokens';
import { ticketHash } from '../../sync-server/src/features/sync/postgres-ticket-store';
import {
  aSigningPair,
  seedOffice,
  type Post,
  type SeededOffice,
  type TestDevice,
} from '../../test/support/builders';
import type { TestServer } from '../../test/support/test-server';

/** Workstations of an office in the load to design for (sync requirements, head). */
const PER_OFFICE = 20;

/** One workstation of a load: what it must remember, a connection of its own, a token for the moment. */
export interface Visitor {
  readonly device: TestDevice;
  readonly office: SeededOffice;
  /** Another one when the last has served half its time: a load may outlast a token. */
  readonly token: () => string;
  readonly post: Post;
  /** How far it has read each scope; moved on by who stores its pages. */
  readonly cursors: Record<string, number>;
}

export interface Crowd {
  readonly visitors: readonly Visitor[];
  readonly offices: readonly SeededOffice[];
  readonly close: () => void;
}

/**
 * Offices and workstations by the hundred. Devices and keys are written straight into the tables, because three thousand
 * sign-ins by password would measure argon2; everything after that is the product's own protocol.
 */
export async function gatherCrowd(server: TestServer, clients: number): Promise<Crowd> {
  const offices: SeededOffice[] = [];
  for (let made = 0; made < clients; made += PER_OFFICE)
    offices.push(await seedOffice(server.admin()));
  const { timeline, tokenKey } = await readServerState(server.db());
  const tokens = createTokens({ key: tokenKey, timeline, nowMs: () => Date.now() });
  const agents: Agent[] = [];
  const visitors: Visitor[] = [];
  for (let i = 0; i < clients; i++) {
    const office = offices[Math.floor(i / PER_OFFICE)];
    if (!office) break;
    const device = await addDevice(server.db(), office, timeline);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    visitors.push({
      device,
      office,
      token: renewed(() =>
        tokens.issueAccess({
          dev: device.deviceId,
          inc: 1,
          office: office.office.id,
          user: office.clerk.id,
        }),
      ),
      post: postOver(agent, server.address),
      cursors: {},
    });
  }
  return { visitors, offices, close: () => agents.forEach((agent) => agent.destroy()) };
}

function renewed(issue: () => string): () => string {
  let held: { readonly token: string; readonly until: number } | undefined;
  return () => {
    if (!held || performance.now() > held.until)
      held = { token: issue(), until: performance.now() + (ACCESS_SECONDS * 1000) / 2 };
    return held.token;
  };
}

async function addDevice(
  db: Database,
  { office, clerk }: SeededOffice,
  timeline: string,
): Promise<TestDevice> {
  const [deviceKey, userKey] = [aSigningPair(), aSigningPair()];
  const deviceId = DeviceId.parse(randomUUID());
  const ticket = randomUUID();
  await db.query(
    `insert into device (office_id, id, inc, name, last_hash, ticket_newest, public_key)
     values ($1, $2, 1, 'Máy tải', $3, $4, $5)`,
    [office.id, deviceId, CHAIN_START, ticketHash(ticket), der(deviceKey.publicKey)],
  );
  await db.query(
    `insert into device_user_key (office_id, device_id, user_id, public_key)
     values ($1, $2, $3, $4)`,
    [office.id, deviceId, clerk.id, der(userKey.publicKey)],
  );
  return {
    deviceId,
    inc: 1,
    officeId: office.id,
    key: deviceKey,
    timeline,
    ticket,
    n: 0,
    prev: CHAIN_START,
    userKeys: new Map([[clerk.id, userKey]]),
  };
}

const der = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** A POST on the visitor's own connection; what the line breaks throws. */
export const postOver =
  (agent: Agent, base: string): Post =>
  (path, body, { token } = {}) =>
    new Promise((resolve, reject) => {
      const bytes = Buffer.from(JSON.stringify(body));
      const sending = request(
        new URL(path, base),
        {
          method: 'POST',
          agent,
          timeout: 60_000,
          headers: {
            'content-type': 'application/json',
            'accept-encoding': 'br',
            'content-length': bytes.length,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const bytes = Buffer.concat(parts);
            const isPacked = answer.headers['content-encoding'] === 'br';
            const text = (isPacked ? brotliDecompressSync(bytes) : bytes).toString();
            resolve({
              status: answer.statusCode ?? 0,
              headers: new Headers({ 'retry-after': answer.headers['retry-after'] ?? '0' }),
              body: text === '' ? undefined : (JSON.parse(text) as unknown),
            });
          });
        },
      );
      sending.on('timeout', () => sending.destroy(new Error('no answer within a minute')));
      sending.on('error', reject);
      sending.end(bytes);
    });
