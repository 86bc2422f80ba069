import { randomBytes, sign as ed25519 } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeFailure } from '@shared/i18n/failures';
import type { Failure, Result } from '@shared/kernel/result';
import { EnrolReply } from '@shared/protocol/session';
import { createCourier } from '../src/main/features/backup/courier';
import { deliverWork, type Delivered } from '../src/main/features/backup/deliver-work';
import { readWork } from '../src/main/features/backup/read-work';
import { createContentStore } from '../src/main/features/files/content-store';
import { createFileTransfer } from '../src/main/features/files/file-transfer';
import { createPartialStore } from '../src/main/features/files/partial-store';
import { createAccess } from '../src/main/features/session/access';
import { createDeviceKey, type Device } from '../src/main/features/session/device-store';
import { nodeFiles } from '../src/main/platform/file-port';
import { createBox } from '../src/main/platform/keyring';
import { createServerClient } from '../src/main/platform/server-client';
import { systemClock } from '../src/main/platform/system';

const USAGE = `journal import <file> --server URL --code CODE: brings work that a PC wrote to a stick to its server (sync §15)
  --server URL  the server of the office
  --code CODE   an activation code of that office; this tool is a device of its own for the moment
  --json        one line of JSON, nothing else
  The passphrase of the file is read from TCV_PASSPHRASE. May be done again: what the server has is not taken in twice.`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly file: string;
  readonly server: string;
  readonly code: string;
  readonly passphrase: string;
  readonly json: boolean;
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        server: { type: 'string' },
        code: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [file, ...more] = positionals;
    const { server, code, json } = values;
    const passphrase = process.env['TCV_PASSPHRASE'];
    if (file === undefined || more.length > 0 || !server || !code || !passphrase) return undefined;
    return { file, server, code, passphrase, json };
  } catch {
    return undefined;
  }
}

/** `cli journal import`: 0 everything was taken in, 1 the server refused or holds some of it, 2 could not run. */
export async function runJournalImport(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'tcv-import-'));
  try {
    const delivered = await deliver(order, scratch);
    if (!delivered.ok) return refuse(order, delivered.error);
    const { deviceName, accepted, refused, files } = delivered.value;
    console.log(
      order.json
        ? JSON.stringify(delivered.value)
        : `Việc của ${deviceName}: máy chủ nhận ${accepted}, không nhận hoặc giữ lại ${refused}; ${files} tệp`,
    );
    return refused === 0 ? FINE : FINDING;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function refuse({ json }: Order, { code }: Failure): number {
  const { what, next, reference } = describeFailure(code);
  if (json) console.log(JSON.stringify({ code }));
  console.error(`${what} ${next} (${reference})`);
  return COULD_NOT_RUN;
}

/** The same way as a workstation that brings another's work; keys and files live as long as this does. */
async function deliver(order: Order, scratch: string): Promise<Result<Delivered>> {
  // A file that cannot be read costs no activation code.
  const { file: path, passphrase } = order;
  const at = { files: nodeFiles, path, passphrase };
  const readable = await readWork(at, { operation: async () => {}, file: async () => {} });
  if (!readable.ok) return readable;
  const client = createServerClient(() => ({ baseUrl: order.server.replace(/\/+$/, '') }));
  const enrolled = await enrol(client, order);
  if (!enrolled.ok) return enrolled;
  const device = enrolled.value;
  const access = createAccess({
    client,
    clock: systemClock,
    device: () => device,
    person: () => undefined,
  });
  const token = () => access.token(device);
  const store = createContentStore(join(scratch, 'files'), randomBytes(32));
  const { upload } = createFileTransfer({
    client,
    token,
    store,
    partials: createPartialStore(join(scratch, 'partial'), createBox(randomBytes(32))),
    monotonicMs: systemClock.monotonicMs,
    giveWay: () => Promise.resolve(),
  });
  return deliverWork(at, createCourier({ client, token, store, upload }));
}

async function enrol(
  client: ReturnType<typeof createServerClient>,
  { code, server }: Order,
): Promise<Result<Device>> {
  const key = createDeviceKey();
  const enrolled = await client.call({
    method: 'POST',
    path: '/devices/enrol',
    body: { code, deviceName: DEVICE_NAME, devicePublicKey: key.publicKey },
    answer: EnrolReply,
  });
  if (!enrolled.ok) return enrolled;
  const { deviceId, office } = enrolled.value;
  const sign = (bytes: Uint8Array) => ed25519(null, bytes, key.privateKey);
  return {
    ok: true,
    value: { deviceId, deviceName: DEVICE_NAME, serverAddress: server, office, sign },
  };
}

const DEVICE_NAME = 'Công cụ nhập việc từ tệp';
