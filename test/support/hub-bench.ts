import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingRegistration } from '@shared/domain/document/incoming-document';
import type { User } from '@shared/domain/organ/user';
import { toHex } from '@shared/kernel/bytes';
import { FileHash } from '@shared/kernel/ids';
import { encodeChunk } from '@shared/protocol/chunk-frame';
import { CHUNK_BYTES, chunkCount } from '@shared/protocol/file-message';
import {
  AuthorityReply,
  RelayReply,
  type Envelope,
  type MailboxItem,
} from '@shared/protocol/relay-message';
import { fromBase64 } from '@shared/kernel/bytes';
import { openEnvelope, sealOperation } from '@shared/relay/envelope';
import { sealedFile } from '@shared/relay/sealed-chunk';
import type { Operation } from '@shared/sync/operation';
import type { Scope } from '@shared/sync/record';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import { composeHub } from '../../sync-server/src/compose-hub';
import { readConfig } from '../../sync-server/src/config';
import { connectionCodes } from '../../sync-server/src/features/hub/connection-codes';
import { httpServerOf } from '../../sync-server/src/http/listen';
import { createLog } from '../../sync-server/src/log';
import { fileSeals, relayCipher, sha256 } from '../../sync-server/src/platform';
import {
  anIncomingRegistration,
  enrolTestDevice,
  expectOk,
  overHttp,
  renew,
  seedOffice,
  signedOperation,
  signIn,
  type Post,
  type SeededOffice,
  type TestDevice,
} from './builders';
import { startCuttingProxy } from './cutting-proxy';
import { aListeningNode, type ListeningNode } from './listening-node';
import { createTestDatabase, type TestDatabase } from './test-database';

export interface Province {
  readonly address: string;
  readonly database: TestDatabase;
  readonly post: Post;
  readonly admin: () => Admin;
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A province that goes away and comes back at one address, as its line does. */
export async function aProvince({
  nowMs,
}: { readonly nowMs?: () => number } = {}): Promise<Province> {
  const database = await createTestDatabase();
  const start = (): Promise<ListeningNode> => aListeningNode(database, nowMs ? { nowMs } : {});
  let node = await start();
  let isAway = false;
  // Port 9 is nobody's here: the connection is refused.
  const proxy = await startCuttingProxy(
    () => [isAway ? 9 : node.port],
    () => Infinity,
  );
  return {
    address: proxy.address,
    database,
    post: overHttp(proxy.address),
    admin: () => node.admin,
    goAway: async () => {
      isAway = true;
      await node.die();
    },
    comeBack: async () => {
      node = await start();
      isAway = false;
    },
    stop: async () => {
      await proxy.stop();
      await node.die();
      await database.drop();
    },
  };
}

/** The settings of a hub that is not enrolled yet, without TLS. */
export async function hubSettings(
  province: Province,
  seeded: SeededOffice,
): Promise<Readonly<Record<string, string>>> {
  return {
    HOST: '127.0.0.1',
    PROVINCE_URL: province.address,
    HUB_CODE: await province.admin().createActivationCode(seeded.office.id, 1, {}, 'hub'),
    HUB_NAME: 'Trạm UBND xã Thử Nghiệm',
    HUB_PLAIN_HTTP: '1',
    RATE_BURST: '100000',
    RATE_PER_SECOND: '100000',
  };
}

export interface HubInProcess {
  readonly address: string;
  /** "Mã kết nối trạm"; empty without TLS. */
  readonly code: string;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

/** The hub in this process, on a database of the run's PostgreSQL, behind real HTTP. */
export async function aHub(
  settings: Readonly<Record<string, string>>,
  over: {
    readonly databaseUrl: string;
    readonly dataDir?: string;
    readonly port?: number;
    readonly nowMs?: () => number;
    readonly sinceBootMs?: () => number;
  },
): Promise<HubInProcess> {
  const dataDir = over.dataDir ?? mkdtempSync(join(tmpdir(), 'tcv-hub-'));
  const environment = {
    HUB_ANCHOR_FOLDERS: `${dataDir}-anchors`,
    ...settings,
    DATA_DIR: dataDir,
    DATABASE_URL: over.databaseUrl,
  };
  const config = readConfig(environment, ['--relay']);
  if (!config.hub) throw new Error('no hub');
  const hub = await composeHub(
    { ...config, hub: config.hub },
    {
      log: createLog(process.env['TEST_LOG_LEVEL'] ?? 'silent'),
      addressOf: () => 'test',
      ...(over.nowMs && { nowMs: over.nowMs }),
      ...(over.sinceBootMs && { sinceBootMs: over.sinceBootMs }),
    },
  );
  const http = httpServerOf(hub.app, hub.tls);
  http.listen(over.port ?? 0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const { fingerprint } = hub;
  const address = `${fingerprint ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    address,
    code: fingerprint
      ? (connectionCodes({ host: '127.0.0.1', port, fingerprint }, {})[0] ?? '')
      : '',
    dataDir,
    stop: async () => {
      http.closeAllConnections();
      http.close();
      await hub.stop();
    },
  };
}

/** A workstation with a person at it, known at the province, with the relay keys of their scopes. */
export async function aStation(province: Province, seeded: SeededOffice, user: User) {
  const code = await province.admin().createActivationCode(seeded.office.id);
  const device = await enrolTestDevice(province.post, code);
  const { accessToken } = await signIn(province.post, device, user);
  const station = { device, user, token: accessToken };
  return { ...station, keyOf: await relayKeys(province, accessToken) };
}

export type Station = Awaited<ReturnType<typeof aStation>>;

export async function relayKeys(province: Province, token: string) {
  const response = await fetch(`${province.address}/relay/authority`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { keys } = AuthorityReply.parse(await response.json());
  return (scope: Scope) => {
    const found = keys.findLast((one) => one.scope === scope);
    if (!found) throw new Error(`no key of ${scope}`);
    return { ...found, key: fromBase64(found.key) };
  };
}

export const sealFor = ({ keyOf }: Station, scope: Scope, operation: Operation): Envelope =>
  sealOperation({ cipher: relayCipher, sha256 }, operation, keyOf(scope), randomBytes(12));

export const openBy = ({ keyOf }: Station, envelope: Envelope): Operation | undefined =>
  openEnvelope({ cipher: relayCipher, sha256 }, envelope, keyOf(envelope.scope).key);

export interface AtHub {
  readonly token: string;
  readonly exchange: (
    envelopes: readonly Envelope[],
    at?: { readonly mailbox: string | null; readonly after: number },
  ) => Promise<RelayReply>;
  readonly send: (method: string, path: string, body?: Uint8Array | object) => Promise<Response>;
}

/** Signs in at a hub by keys alone. */
export async function atHub(
  address: string,
  { device, user }: Pick<Station, 'device' | 'user'>,
): Promise<AtHub> {
  const post: Post = overHttp(address);
  const { accessToken: token } = await renew(post, device, user);
  return {
    token,
    exchange: async (envelopes, at = { mailbox: null, after: 0 }) =>
      expectOk(await post('/relay/exchange', { ...at, envelopes }, { token }), RelayReply),
    send: (method, path, body) =>
      fetch(address + path, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body && {
          body: (body instanceof Uint8Array ? body : JSON.stringify(body)) as BodyInit,
        }),
      }),
  };
}

export const envelopesOf = (items: readonly MailboxItem[]): readonly Envelope[] =>
  items.flatMap((item) => (item.kind === 'envelope' ? [item.envelope] : []));

export const hashOf = (bytes: Uint8Array): FileHash => FileHash.parse(toHex(sha256(bytes)));

/** The frames of a file's chunks, sealed for a scope. */
export function sealedFrames(
  { keyOf }: Station,
  scope: Scope,
  bytes: Uint8Array,
): readonly Uint8Array[] {
  const file = sealedFile(fileSeals, keyOf(scope).key, hashOf(bytes));
  return Array.from({ length: chunkCount(bytes.length) }, (_, i) => {
    const part = bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    return encodeChunk(i, file.seal(i, part), sha256);
  });
}

/** Hands a whole file to the hub. */
export async function putFile(
  hub: AtHub,
  station: Station,
  scope: Scope,
  bytes: Uint8Array,
): Promise<void> {
  const { epoch } = station.keyOf(scope);
  const path = `/relay/files/${hashOf(bytes)}`;
  const query = `scope=${scope}&epoch=${epoch}`;
  const answers = [
    await hub.send('PUT', path, { sizeBytes: bytes.length, scope, epoch }),
    await hub.send(
      'PUT',
      `${path}/chunks?${query}`,
      Buffer.concat(sealedFrames(station, scope, bytes)),
    ),
    await hub.send('POST', `${path}/finish?scope=${scope}`),
  ];
  for (const answer of answers) {
    if (!answer.ok) throw new Error(`${answer.url}: ${await answer.text()}`);
  }
}

/** Registers a paper with a file beside it. */
export function aRegisteringWith(
  { device }: { readonly device: TestDevice },
  seeded: SeededOffice,
  bytes: Uint8Array,
  over: Partial<IncomingRegistration> = {},
): Operation {
  const file = {
    sha256: hashOf(bytes),
    name: 'a.pdf',
    sizeBytes: bytes.length,
    mime: 'application/pdf',
    role: 'chinh' as const,
  };
  return signedOperation(device, {
    actor: seeded.clerk,
    kind: 'create',
    target: { type: 'incomingDocument', id: crypto.randomUUID() },
    body: anIncomingRegistration(seeded, { ...over, files: [file] }),
    files: [file.sha256],
  });
}

/** An office with its province; a hub of it is started by the test, in this process or in its own. */
export async function anOfficeAt(province: Province) {
  const seeded = await seedOffice(province.admin());
  return {
    seeded,
    clerk: await aStation(province, seeded, seeded.clerk),
    chairman: await aStation(province, seeded, seeded.chairman),
  };
}
