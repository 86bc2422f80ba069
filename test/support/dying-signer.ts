import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OutgoingDocument } from '@shared/domain/document/outgoing-document';
import type { SigningChannel } from '@shared/ipc/signing-channels';
import { utf8 } from '@shared/kernel/bytes';
import { createLoginFailures } from '../../src/main/features/signing/login-failures';
import { createPkcs11Token } from '../../src/main/features/signing/pkcs11-token';
import { LOG_NAME } from '../../src/main/features/signing/signing-log';
import type { TokenPort } from '../../src/main/features/signing/token-port';
import { nodeFiles, type OpenFile } from '../../src/main/platform/file-port';
import { createFileLog } from '../../src/main/platform/log';
import { systemTimers } from '../../src/main/platform/system';
import { forkTokenProcess } from './fork-token-process';
import { startOfficePc } from './office-pc';
import type { SoftToken } from './soft-token';

/** What a test tells a process that signs. */
export interface DyingOrder {
  readonly folder: string;
  readonly server: string;
  /** Given once: the first process of a folder makes it a workstation. */
  readonly code: string | null;
  readonly login: string;
  readonly password: string;
  readonly soft: Pick<SoftToken, 'modulePath' | 'env' | 'pin'>;
  readonly thumbprint: string;
  readonly tokenWorker: string;
  readonly padesWorker: string;
  readonly textWorker: string;
  readonly demoTrustFolder: string;
  /** On whose signature an earlier process died. */
  readonly after: string | null;
  /** Signed now. */
  readonly paper: string;
  /** Which change of the disk, counted from the press, the process does not outlive; null: it lives. */
  readonly death: Death | null;
}

export interface Death {
  /** Before it: `write signing-log/signing.jsonl`. */
  readonly change: string;
  /** From 1. */
  readonly nth: number;
}

/** One line of `told.jsonl`, written before the process goes on. */
export type Told =
  | {
      readonly said: 'found';
      readonly paper: string;
      readonly state: string;
      /** The signing log says that a signed file of it was made. */
      readonly isMade: boolean;
    }
  | { readonly said: 'signs'; readonly paper: string }
  | { readonly said: 'dies'; readonly paper: string }
  | { readonly said: 'signed'; readonly paper: string };

const order = JSON.parse(process.argv[2] ?? '{}') as DyingOrder;
const tell = (told: Told): void =>
  appendFileSync(join(order.folder, 'told.jsonl'), `${JSON.stringify(told)}\n`);

/** How often the change was made since the press; undefined while nobody signs. */
let made: number | undefined;

/** The disk as a kill leaves it: what was written before stays, what comes after never was. */
function mayDie(change: string): void {
  if (made === undefined || change !== order.death?.change || ++made < order.death.nth) return;
  tell({ said: 'dies', paper: order.paper });
  process.kill(process.pid, 'SIGKILL');
}

function mortal(name: string, file: OpenFile): OpenFile {
  return {
    ...file,
    append: async (bytes) => {
      mayDie(`write ${name}`);
      const half = Math.floor(bytes.length / 2);
      await file.append(bytes.subarray(0, half));
      mayDie(`half ${name}`);
      await file.append(bytes.subarray(half));
    },
    truncate: (length) => {
      mayDie(`truncate ${name}`);
      return file.truncate(length);
    },
  };
}

/** A path without what differs from run to run. */
const plainName = (path: string): string =>
  path
    .slice(order.folder.length + 1)
    .replaceAll(/[0-9a-f]{64}/g, '#')
    .replaceAll(/[0-9a-f-]{36}/g, '*')
    .replaceAll(/\/[0-9a-f]{2}\//g, '/');

// The port that everything durable goes through.
const { create, append, rename, remove } = nodeFiles;
Object.assign(nodeFiles, {
  create: async (path: string) => {
    mayDie(`create ${plainName(path)}`);
    return mortal(plainName(path), await create(path));
  },
  append: async (path: string) => mortal(plainName(path), await append(path)),
  rename: (from: string, to: string) => {
    mayDie(`rename ${plainName(to)}`);
    return rename(from, to);
  },
  remove: (path: string) => {
    mayDie(`remove ${plainName(path)}`);
    return remove(path);
  },
});

const log = createFileLog(join(order.folder, 'logs'));
const tokens = createPkcs11Token({
  modules: { usable: [{ id: 'soft', path: order.soft.modulePath }], troubles: [] },
  start: forkTokenProcess(order.tokenWorker, () => order.soft.env),
  timers: systemTimers,
  failures: createLoginFailures(),
  log,
  // A loaded machine must not be taken for a silent driver.
  limits: { start: 60_000, list: 60_000, listSuspect: 60_000 },
});
let isSigning = '';
const token: TokenPort = {
  ...tokens,
  openSession: async (...asked) => {
    const opened = await tokens.openSession(...asked);
    if (!opened.ok) return opened;
    const { sign, close } = opened.value;
    return {
      ok: true,
      value: {
        close,
        sign: (...data) => {
          tell({ said: 'signs', paper: isSigning });
          return sign(...data);
        },
      },
    };
  },
};

const pc = await startOfficePc({ ...order, token, log, atEnd: () => undefined });
if (order.code !== null)
  await pc.ask('session.enrol', { address: order.server, code: order.code, deviceName: 'Máy ký' });
await pc.signIn(order.login, order.password);
await pc.until(({ connection, matchedAt }) => connection === 'online' && matchedAt !== null);

async function inWindow(channel: SigningChannel, input: unknown): Promise<unknown> {
  const answer = await pc.signingHandlers[channel](input);
  if (!answer.ok) throw new Error(`${channel}: ${answer.error.code}`);
  return answer.value;
}

const stateOf = (paper: string): string => OutgoingDocument.parse(pc.view(paper)).state;

const signingLog = join(order.folder, 'signing-log', LOG_NAME);
const isMade = (paper: string): boolean =>
  existsSync(signingLog) &&
  readFileSync(signingLog, 'utf8')
    .split('\n')
    .some((line) => line.endsWith('}') && line.includes(paper) && line.includes('"made"'));

/** All that comes before the press of the button. */
async function read(paper: string): Promise<void> {
  await pc.sees(paper, ({ state }) => state === 'choKy');
  const { finalPdf } = OutgoingDocument.parse(pc.view(paper));
  while (!(await pc.handlers['files.fetch']({ sha256: finalPdf?.sha256 })).ok) await sleep(50);
  await pc.ask('signing.begin', { intent: 'leader', documentIds: [paper] });
  const opened = (await inWindow('signing.openDocument', { documentId: paper })) as {
    pageCount: number;
  };
  for (let page = 1; page <= opened.pageCount; page++)
    await inWindow('signing.pageShown', { documentId: paper, page });
}

const press = (paper: string, pin: string) =>
  pc.signingHandlers['signing.sign']({
    thumbprint: order.thumbprint,
    pin: utf8(pin),
    documentIds: [paper],
    unreadIds: [],
    acceptedIds: [paper],
    isTimeConfirmed: true,
  });

async function sign(paper: string): Promise<void> {
  isSigning = paper;
  const answer = await press(paper, order.soft.pin);
  made = undefined;
  if (!answer.ok) throw new Error(answer.error.code);
  await pc.sees(paper, ({ state }) => state === 'daKy');
  tell({ said: 'signed', paper });
}

if (order.after !== null) {
  const paper = order.after;
  await pc.sees(paper, () => true);
  tell({ said: 'found', paper, state: stateOf(paper), isMade: isMade(paper) });
  if (stateOf(paper) === 'choKy') {
    await read(paper);
    await sign(paper);
    // All papers have the same pages: signed in the same second, two would be one file, and nothing would be written.
    await sleep(1100);
  }
}
await read(order.paper);
if (order.code !== null) {
  const refused = await press(order.paper, `${order.soft.pin}0`);
  if (refused.ok) throw new Error('a wrong PIN opens nothing');
}
made = 0;
await sign(order.paper);
await pc.until(({ pendingOperations, pendingFiles }) => pendingOperations + pendingFiles === 0);
await pc.stop();
process.exit(0);
