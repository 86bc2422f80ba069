import type { User } from '@shared/domain/organ/user';
import type { z } from 'zod';
import { utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import type { EnrolAgainRequest } from '@shared/protocol/incarnation';
import {
  proofText,
  wipeText,
  type PasswordRequest,
  type RenewReply,
  type RenewRequest,
  type SessionReply,
  type ChallengeReply,
  type WipeReply,
  type WipeRequest,
} from '@shared/protocol/session';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { ed25519Key, verifyEd25519 } from '../../platform';
import { appendAudit } from '../audit/audit-log';
import type { RelayKeys } from '../relay/relay-keys';
import { tellWipe } from './wipe-repository';
import {
  findContact,
  findUserKey,
  listIncarnations,
  saveUserKey,
  type EnrolledDevice,
} from './device-repository';
import { verifyNothing, verifyPassword } from './password';
import { refusalOf } from './refusal';
import { forgetFailures, noteFailure, remainingWaitMs } from './throttle';
import { ACCESS_SECONDS, type AccessFailure, type Tokens } from './tokens';
import { findUser, findUserByLogin, getOffice, listOrgans } from './user-repository';

/** Days a user may sign in on a machine without a line after one online sign-in (§3.1). */
const OFFLINE_DAYS = 30;

export interface SessionDeps {
  readonly db: Database;
  readonly tokens: Tokens;
  readonly province: Pick<RelayKeys, 'sign' | 'keepKeyOf'>;
  readonly nowMs: () => number;
  /** Bounds how many password checks run at once: each takes 64 MiB (I-22). */
  readonly oneOfFew: <T>(work: () => Promise<T>) => Promise<T>;
}

export type DeviceFailure = {
  readonly code: 'device.not-enrolled' | 'device.bad-proof' | 'device.forked' | 'device.disabled';
};

export type SignInFailure =
  | DeviceFailure
  | {
      readonly code:
        | 'session.wrong-password'
        | 'session.user-disabled'
        | 'session.role-missing'
        | 'http.invalid-body';
    }
  | { readonly code: 'session.wait-before-retry'; readonly retryAfterMs: number };

/** Who is at the door, read from the server's rows at this request (I-13). */
export interface AuthenticatedSession {
  readonly deviceId: string;
  readonly inc: number;
  readonly officeId: string;
  /** The person of the token as they are now, also when no longer active; undefined for a device alone. */
  readonly user: User | undefined;
}

/** Signing in, staying signed in, and telling at each request who that is. */
export function createSessions({ db, tokens, province, nowMs, oneOfFew }: SessionDeps) {
  return {
    challenge: async (deviceId: string): Promise<z.infer<typeof ChallengeReply>> => ({
      nonce: tokens.issueNonce(deviceId),
      serverTime: nowMs(),
    }),

    signIn: async (request: PasswordRequest): Promise<Result<SessionReply, SignInFailure>> => {
      const opPublicKey = Buffer.from(request.opPublicKey, 'base64');
      if (!ed25519Key(opPublicKey)) return err({ code: 'http.invalid-body' });
      const proven = await proveDevice(
        request,
        proofText('password', request.nonce, request.login),
      );
      if (!proven.ok) return proven;
      const device = proven.value;
      const checked = await checkPassword(device, request);
      if (!checked.ok) return checked;
      const user = checked.value;
      await inTransaction(db, async (tx) => {
        await forgetFailures(tx, device, request.login);
        await saveUserKey(tx, device, user.id, opPublicKey);
        const { deviceId } = device;
        await appendAudit(
          tx,
          device.officeId,
          { event: 'session.signedIn', actor: user.id, deviceId },
          nowMs(),
        );
      });
      const [office, organs] = await Promise.all([
        getOffice(db, device.officeId),
        listOrgans(db, device.officeId),
      ]);
      return ok({
        user,
        office,
        organs,
        accessToken: issueAccess(device, user),
        expiresIn: ACCESS_SECONDS,
        offlineDays: OFFLINE_DAYS,
        serverTime: nowMs(),
      });
    },

    /**
     * The device whose history forked, by its old key and the password of one of its people (§13.3). The caller decides
     * what becomes of it.
     */
    proveForked: async (
      request: EnrolAgainRequest,
    ): Promise<Result<{ readonly device: EnrolledDevice; readonly user: User }, SignInFailure>> => {
      const text = proofText('enrolAgain', request.nonce, request.login);
      const found = await findProven(request, text);
      if (!found.ok) return found;
      const device = found.value;
      if (device.state === 'disabled') return err({ code: 'device.disabled' });
      if (device.state !== 'fenced' && !device.isForked) return err({ code: 'device.bad-proof' });
      const checked = await checkPassword(device, request);
      return checked.ok ? ok({ device, user: checked.value }) : checked;
    },

    /** Without a user, or with one who may no longer enter, a device still gets what it needs to push its work. */
    renew: async (request: RenewRequest): Promise<Result<RenewReply, SignInFailure>> => {
      const proven = await proveDevice(
        request,
        proofText('renew', request.nonce, request.deviceId),
      );
      if (!proven.ok) return proven;
      const device = proven.value;
      const person = request.user
        ? await provePerson(device, request.nonce, request.user)
        : ok(null);
      if (!person.ok) return person;
      return ok({
        accessToken: issueAccess(device, person.value ?? undefined),
        expiresIn: ACCESS_SECONDS,
        user: person.value,
        officeId: device.officeId,
        serverTime: nowMs(),
      });
    },

    /** For a disabled machine that still has its key: the order to remove everything, if somebody gave one (§7.2). */
    wipeOrder: async (request: WipeRequest): Promise<Result<WipeReply, DeviceFailure>> => {
      const { deviceId, nonce } = request;
      const found = await findProven(request, proofText('wipe', nonce, deviceId));
      if (!found.ok) return found;
      const { officeId, state } = found.value;
      const orderedAt =
        state === 'disabled'
          ? await inTransaction(db, (tx) => tellWipe(tx, { officeId, deviceId }, nowMs()))
          : undefined;
      if (orderedAt === undefined) return ok({ order: null });
      const order = { deviceId, orderedAt, keepKey: province.keepKeyOf(deviceId) };
      return ok({ order: { ...order, sig: province.sign(utf8(wipeText(order))) } });
    },

    authenticate: async (
      accessToken: string,
    ): Promise<Result<AuthenticatedSession, AccessFailure | DeviceFailure>> => {
      const claims = tokens.readAccess(accessToken);
      if (!claims.ok) return claims;
      const { dev, inc, office } = claims.value;
      const contact = await findContact(db, claims.value);
      if (contact?.officeId !== office) return err({ code: 'device.not-enrolled' });
      const refusal = stateFailure(contact);
      return refusal
        ? err(refusal)
        : ok({ deviceId: dev, inc, officeId: office, user: contact.user });
    },
  };

  async function proveDevice(
    request: DeviceProof,
    text: string,
  ): Promise<Result<EnrolledDevice, DeviceFailure>> {
    const found = await findProven(request, text);
    if (!found.ok) return found;
    const refusal = stateFailure(found.value);
    return refusal ? err(refusal) : found;
  }

  /** The incarnation whose key made the proof, whatever its state. */
  async function findProven(
    request: DeviceProof,
    text: string,
  ): Promise<Result<EnrolledDevice, DeviceFailure>> {
    if (!tokens.isNonceOf(request.deviceId, request.nonce)) {
      return err({ code: 'device.bad-proof' });
    }
    const incarnations = await listIncarnations(db, request.deviceId);
    if (incarnations.length === 0) return err({ code: 'device.not-enrolled' });
    const proof = Buffer.from(request.deviceProof, 'base64');
    const device = incarnations.find((one) => verifyEd25519(one.publicKey, utf8(text), proof));
    return device ? ok(device) : err({ code: 'device.bad-proof' });
  }

  async function checkPassword(
    device: EnrolledDevice,
    { login, password }: { readonly login: string; readonly password: string },
  ): Promise<Result<User, SignInFailure>> {
    const retryAfterMs = await remainingWaitMs(db, device, login, nowMs());
    if (retryAfterMs > 0) return err({ code: 'session.wait-before-retry', retryAfterMs });
    const account = await findUserByLogin(db, device.officeId, login);
    const isRight = await oneOfFew(() =>
      account ? verifyPassword(account.passwordHash, password) : verifyNothing(password),
    );
    if (!account || !isRight) {
      await noteFailure(db, device, login, nowMs());
      await auditRefusal(device, account?.user.id, 'session.wrong-password');
      return err({ code: 'session.wrong-password' });
    }
    const { user } = account;
    const refusal = refusalOf(user);
    if (refusal) {
      await auditRefusal(device, user.id, refusal.code);
      return err(refusal);
    }
    return ok(user);
  }

  async function provePerson(
    device: EnrolledDevice,
    nonce: string,
    { userId, userProof }: NonNullable<RenewRequest['user']>,
  ): Promise<Result<User, SignInFailure>> {
    const [user, publicKey] = await Promise.all([
      findUser(db, device.officeId, userId),
      findUserKey(db, device, userId),
    ]);
    const text = utf8(proofText('renew', nonce, userId));
    const isProven =
      publicKey !== undefined && verifyEd25519(publicKey, text, Buffer.from(userProof, 'base64'));
    if (!user || !isProven) return err({ code: 'device.bad-proof' });
    const refusal = refusalOf(user);
    return refusal ? err(refusal) : ok(user);
  }

  function issueAccess(device: EnrolledDevice, user: User | undefined): string {
    return tokens.issueAccess({
      dev: device.deviceId,
      inc: device.inc,
      office: device.officeId,
      ...(user && { user: user.id }),
    });
  }

  function auditRefusal(
    { officeId, deviceId }: EnrolledDevice,
    actor: string | undefined,
    code: string,
  ): Promise<void> {
    const event = { event: 'session.refused', actor, deviceId, detail: { code } } as const;
    return inTransaction(db, (tx) => appendAudit(tx, officeId, event, nowMs()));
  }
}

export type Sessions = ReturnType<typeof createSessions>;

interface DeviceProof {
  readonly deviceId: string;
  readonly nonce: string;
  readonly deviceProof: string;
}

function stateFailure(
  device: Pick<EnrolledDevice, 'state'>,
): { readonly code: 'device.forked' | 'device.disabled' } | undefined {
  if (device.state === 'disabled') return { code: 'device.disabled' };
  return device.state === 'fenced' ? { code: 'device.forked' } : undefined;
}
