import type { z } from 'zod';
import { err, type Failure, type Result } from '@shared/kernel/result';
import {
  NewsReply,
  NumberReply,
  RelayReply,
  ReleaseReply,
  type NumberRequest,
  type RelayRequest,
  type ReleaseRequest,
} from '@shared/protocol/relay-message';
import { readHubCode, type HubAddress } from '@shared/relay/hub-code';
import { pinnedAgent } from '../../platform/pinned-agent';
import { createServerClient, type ServerClient } from '../../platform/server-client';
import { sha256 } from '../../platform/system';
import type { HubSettings } from './hub-settings';

export interface HubLinkDeps {
  readonly settings: HubSettings;
  /** Tokens for this machine and who is signed in, by the same proofs as at the province. */
  readonly accessBy: (client: ServerClient) => HubAccess;
}

export interface HubAccess {
  readonly token: () => Promise<Result<string>>;
  readonly drop: () => void;
}

/** A LAN answers at once or not at all. */
const TIMEOUT_MS = 15_000;

/** The line to the office's hub: its address, the one certificate it is believed by, and a token of its own (§20). */
export async function createHubLink(deps: HubLinkDeps) {
  let hub: HubAddress | undefined;
  let agent: ReturnType<typeof pinnedAgent> | undefined;

  function turnTo(next: HubAddress | undefined): void {
    agent?.destroy();
    hub = next;
    agent = next && pinnedAgent(next.fingerprint);
    access.drop();
  }

  const client = createServerClient(() => hub && agent && { baseUrl: hub.address, agent });
  const access = deps.accessBy(client);
  turnTo(await deps.settings.read());

  async function ask<T extends z.ZodType>(
    path: string,
    body: unknown,
    answer: T,
  ): Promise<Result<z.infer<T>>> {
    const held = await access.token();
    if (!held.ok) return err(ofHub(held.error));
    const reply = await client.call({
      method: 'POST',
      path,
      body,
      accessToken: held.value,
      answer,
      timeoutMs: TIMEOUT_MS,
    });
    // A hub that was started again knows no token of before.
    if (!reply.ok && TOKEN_CODES.has(reply.error.code)) access.drop();
    return reply.ok ? reply : err(ofHub(reply.error));
  }

  return {
    client,
    token: access.token,
    address: (): HubAddress | undefined => hub,

    exchange: (request: RelayRequest): Promise<Result<RelayReply>> =>
      ask('/relay/exchange', request, RelayReply),

    /** A number of a register that is leased to the hub. */
    number: (request: NumberRequest): Promise<Result<NumberReply>> =>
      ask('/relay/numbers', request, NumberReply),

    /** The hub gives no more numbers of the register. */
    release: (request: ReleaseRequest): Promise<Result<ReleaseReply>> =>
      ask('/relay/release', request, ReleaseReply),

    /** The province has news for the hub. */
    tellNews: (): Promise<Result<object>> => ask('/relay/news', {}, NewsReply),

    /** Durable when it resolves well. */
    async connect(code: string): Promise<Result<void>> {
      const read = readCode(code);
      if (!read.ok) return read;
      await deps.settings.write(read.value);
      turnTo(read.value);
      return { ok: true, value: undefined };
    },

    async leave(): Promise<void> {
      await deps.settings.write(undefined);
      turnTo(undefined);
    },

    close: (): void => turnTo(undefined),
  };
}

const TOKEN_CODES: ReadonlySet<string> = new Set([
  'session.token-expired',
  'session.not-signed-in',
]);

/** In the words of a hub: what is said of the province's server would mislead. */
export const ofHub = (failure: Failure): Failure => ({
  ...failure,
  code: ofLine[failure.code] ?? failure.code,
});

const ofLine: Partial<Record<Failure['code'], Failure['code']>> = {
  'server.unreachable': 'hub.unreachable',
  'server.timeout': 'hub.unreachable',
  'server.wrong-certificate': 'hub.wrong-certificate',
};

const codeOf = {
  unknown: 'hub.code-unknown',
  incomplete: 'hub.code-incomplete',
  mistyped: 'hub.code-mistyped',
} as const;

function readCode(code: string): Result<HubAddress> {
  const reading = readHubCode(code, sha256);
  return reading.state === 'whole'
    ? { ok: true, value: reading.hub }
    : err({ code: codeOf[reading.state] });
}

/** A line to the hub of this "mã kết nối trạm" that is kept nowhere. */
export function lineByCode(
  code: string,
): Result<{ readonly client: ServerClient; readonly close: () => void }> {
  const read = readCode(code);
  if (!read.ok) return read;
  const { address: baseUrl, fingerprint } = read.value;
  const agent = pinnedAgent(fingerprint);
  const client = createServerClient(() => ({ baseUrl, agent }));
  return { ok: true, value: { client, close: () => agent.destroy() } };
}
