import type { z } from 'zod';
import { isErrorCode } from '@shared/errors/catalogue';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import { ChallengeReply, EnrolReply, proofText, RenewReply } from '@shared/protocol/session';
import { FailureBody } from '@shared/protocol/sync-message';
import { deviceKey, type EnrolledIdentity, type HubIdentity } from './hub-identity';

/** A whole exchange; half a megabyte takes 16 s at 256 kbit/s. */
const TIMEOUT_MS = 60_000;
/** A token is left alone for so long before its end. */
const SPARE_MS = 60_000;

export interface ProvinceRequest<T> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly answer: z.ZodType<T>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

export interface ProvinceClientDeps {
  readonly identity: EnrolledIdentity;
  readonly nowMs: () => number;
}

/** The hub at the province, as a device at which nobody is signed in; what fails is a value. */
export function createProvinceClient({ identity, nowMs }: ProvinceClientDeps) {
  const { province, device } = identity;
  const key = deviceKey(identity);
  let token: { readonly text: string; readonly until: number } | undefined;
  let heardAt: number | null = null;

  async function ask<T>(request: ProvinceRequest<T>, accessToken?: string): Promise<Result<T>> {
    const answered = await send(province, request, accessToken);
    if (answered.ok || !isSilent(answered.error)) heardAt = nowMs();
    return answered;
  }

  async function signIn(): Promise<Result<string>> {
    const { deviceId } = device;
    const challenge = { json: { deviceId }, answer: ChallengeReply } as const;
    const asked = await ask({ method: 'POST', path: '/session/challenge', ...challenge });
    if (!asked.ok) return asked;
    const { nonce } = asked.value;
    const deviceProof = key.prove(proofText('renew', nonce, deviceId));
    const json = { deviceId, nonce, deviceProof, user: null };
    const renewed = await ask({
      method: 'POST',
      path: '/session/renew',
      json,
      answer: RenewReply,
    });
    if (!renewed.ok) return renewed;
    const { accessToken, expiresIn } = renewed.value;
    token = { text: accessToken, until: nowMs() + expiresIn * 1000 - SPARE_MS };
    return ok(accessToken);
  }

  return {
    /** When the province last answered anything; null for never since the start. */
    heardAt: (): number | null => heardAt,
    async call<T>(request: ProvinceRequest<T>): Promise<Result<T>> {
      const held = token && nowMs() < token.until ? ok(token.text) : await signIn();
      if (!held.ok) return held;
      const answered = await ask(request, held.value);
      // The next call begins with the keys again: the province was put back, or its clock set.
      if (!answered.ok && answered.error.code.startsWith('session.')) token = undefined;
      return answered;
    },
  };
}

export type ProvinceClient = ReturnType<typeof createProvinceClient>;

/** Brings the device key with an activation code; the same key again gets the same device. */
export const enrolAt = (identity: HubIdentity, code: string): Promise<Result<EnrolReply>> => {
  const devicePublicKey = deviceKey(identity).publicKey;
  const json = { code, deviceName: identity.name, devicePublicKey };
  return send(identity.province, {
    method: 'POST',
    path: '/devices/enrol',
    json,
    answer: EnrolReply,
  });
};

/** Nobody answered, or nobody who speaks our language. */
export const isSilent = ({ code }: Failure): boolean =>
  code === 'server.unreachable' || code === 'server.invalid-answer';

async function send<T>(
  base: string,
  { method, path, answer, json, bytes }: ProvinceRequest<T>,
  accessToken?: string,
): Promise<Result<T>> {
  const body = bytes ?? (json === undefined ? undefined : JSON.stringify(json));
  try {
    const response = await fetch(new URL(path, base), {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    });
    const value: unknown = await response.json().catch(() => undefined);
    if (!response.ok) return err(failureOf(response, value));
    const parsed = answer.safeParse(value);
    return parsed.success ? ok(parsed.data) : err({ code: 'server.invalid-answer' });
  } catch {
    return err({ code: 'server.unreachable' });
  }
}

function failureOf(response: Response, body: unknown): Failure {
  const named = FailureBody.safeParse(body).data?.code ?? '';
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  return {
    code: isErrorCode(named) ? named : 'server.invalid-answer',
    ...(seconds > 0 && { retryAfterMs: Math.min(seconds, 300) * 1000 }),
  };
}
