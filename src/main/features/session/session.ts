import type { DeviceId } from '@shared/kernel/ids';
import { err, ok, type Result } from '@shared/kernel/result';
import type { SessionState } from '@shared/ipc/contract';
import { EnrolReply, Health, SessionReply } from '@shared/protocol/session';
import { proveDevice } from '../../platform/device-proof';
import type { ServerClient } from '../../platform/server-client';
import type { Access } from './access';
import { createDeviceKey, type Device, type DeviceStore, type NewDeviceKey } from './device-store';
import { requestIncarnation } from './enrol-again';
import { createOperationKey, type UnlockedUser, type UserVault } from './user-vault';

/** A sign-in must not hang on a dead line: after this the password is checked on this machine. */
const SIGN_IN_TIMEOUT_MS = 8000;

export interface SessionDeps {
  /** Speaks to any address, before there is a device. */
  readonly clientFor: (address: string) => ServerClient;
  readonly client: ServerClient;
  readonly devices: DeviceStore;
  readonly vault: UserVault;
  readonly access: Access;
  /** Journals the start of an incarnation and its first ticket, before the device is used. */
  readonly startIncarnation: (start: IncarnationStart) => Promise<Result<void>>;
  /** Another person works here, or nobody: the local database of the one before is let go. */
  readonly personChanged: () => void;
  /** Something that the screens show of the session changed. */
  readonly changed: () => void;
}

export interface IncarnationStart {
  readonly deviceId: DeviceId;
  readonly inc: number;
  readonly ticket: string;
  readonly timeline: string;
  readonly serverTime: number;
}

/**
 * Who works on this machine: first enrolment, signing in with and without a line, changing the person (§3.1).
 * The page sees states, never keys or tokens.
 */
export async function createSession(deps: SessionDeps) {
  let device: Device | undefined = await deps.devices.find();
  let person: UnlockedUser | undefined;
  /** Kept until it is used: a second request after a lost answer gets the same incarnation. */
  let nextKey: NewDeviceKey | undefined;
  /** True until the server has confirmed the sign-in. */
  let isOffline = true;

  async function describe(): Promise<Pick<SessionState, DescribedKeys>> {
    const known = await deps.vault.list();
    return {
      phase: device ? (person ? 'signedIn' : 'signedOut') : 'notEnrolled',
      serverAddress: device?.serverAddress ?? null,
      deviceName: device?.deviceName ?? null,
      office: device?.office ?? null,
      knownUsers: known.map(({ login, fullName, position }) => ({ login, fullName, position })),
      current: person
        ? {
            user: person.user,
            office: person.office,
            organs: person.organs,
            projectionName: `person-${person.user.id}`,
            offline: isOffline,
          }
        : null,
    };
  }

  async function checkServer(
    address: string,
  ): Promise<Result<{ address: string; version: string }>> {
    const baseUrl = normaliseAddress(address);
    if (!baseUrl) return err({ code: 'server.unreachable' });
    const health = await deps
      .clientFor(baseUrl)
      .call({ method: 'GET', path: '/health', answer: Health, timeoutMs: SIGN_IN_TIMEOUT_MS });
    return health.ok ? ok({ address: baseUrl, version: health.value.version }) : health;
  }

  async function enrol(request: {
    readonly address: string;
    readonly code: string;
    readonly deviceName: string;
  }): Promise<Result<void>> {
    const baseUrl = normaliseAddress(request.address);
    if (!baseUrl) return err({ code: 'server.unreachable' });
    const key = createDeviceKey();
    const enrolled = await deps.clientFor(baseUrl).call({
      method: 'POST',
      path: '/devices/enrol',
      body: {
        code: request.code.trim(),
        deviceName: request.deviceName,
        devicePublicKey: key.publicKey,
      },
      answer: EnrolReply,
    });
    if (!enrolled.ok) return enrolled;
    const { deviceId, office, provinceKey } = enrolled.value;
    const started = await deps.startIncarnation(enrolled.value);
    if (!started.ok) return started;
    const { deviceName } = request;
    device = await deps.devices.save(
      { deviceId, deviceName, serverAddress: baseUrl, office, provinceKey },
      key.privateKey,
    );
    deps.changed();
    return ok(undefined);
  }

  /**
   * Goes on as a new incarnation (§13.3). The journal has its start before the key of it is kept: whatever dies in between,
   * the old key still proves this device and the server gives another one.
   */
  async function enrolAgain(login: string, password: string): Promise<Result<void>> {
    if (!device) return err({ code: 'device.not-enrolled' });
    nextKey ??= createDeviceKey();
    const key = nextKey;
    const enrolled = await requestIncarnation(deps.client, device, { login, password, key });
    if (!enrolled.ok) return enrolled;
    const started = await deps.startIncarnation(enrolled.value);
    if (!started.ok) return started;
    const { deviceName, serverAddress } = device;
    const { deviceId, office, provinceKey } = enrolled.value;
    const named = { deviceId, deviceName, serverAddress, office, provinceKey };
    device = await deps.devices.save(named, key.privateKey);
    nextKey = undefined;
    deps.access.drop();
    deps.changed();
    return person ? ok(undefined) : signIn(login, password);
  }

  /** A known person is checked here first, so that changing the person never waits for the line. */
  async function signIn(login: string, password: string): Promise<Result<void>> {
    if (!device) return err({ code: 'device.not-enrolled' });
    const unlocked = await deps.vault.unlock(login, password);
    if (unlocked.ok) {
      enter(unlocked.value, true);
      return ok(undefined);
    }
    if (unlocked.error.code === 'session.wait-before-retry') return unlocked;
    const online = await signInOnline(device, login, password);
    if (online.ok) return online;
    const isLineDown = online.error.code.startsWith('server.');
    return isLineDown ? unlocked : online;
  }

  async function signInOnline(at: Device, login: string, password: string): Promise<Result<void>> {
    const proven = await proveDevice(deps.client, at, {
      purpose: 'password',
      subject: login,
      timeoutMs: SIGN_IN_TIMEOUT_MS,
    });
    if (!proven.ok) return proven;
    const key = createOperationKey();
    const answer = await deps.client.call({
      method: 'POST',
      path: '/session/password',
      body: {
        ...proven.value,
        login,
        password,
        opPublicKey: key.publicKey,
      },
      answer: SessionReply,
      timeoutMs: SIGN_IN_TIMEOUT_MS * 2,
    });
    if (!answer.ok) return answer;
    const unlocked = await deps.vault.keep(answer.value, password, key);
    enter(unlocked, false);
    deps.access.take(answer.value.accessToken, answer.value.expiresIn, answer.value.user.id);
    return ok(undefined);
  }

  function enter(next: UnlockedUser, offline: boolean): void {
    deps.access.drop();
    person = next;
    isOffline = offline;
    deps.personChanged();
  }

  function signOut(): void {
    person = undefined;
    isOffline = true;
    deps.access.drop();
    deps.personChanged();
  }

  return {
    describe,
    checkServer,
    enrol,
    enrolAgain,
    signIn,
    signOut,
    device: () => device,
    person: () => person,
    /** The server answered to this person's token: the sign-in is confirmed. */
    confirmed(): void {
      if (!isOffline || !person) return;
      isOffline = false;
      deps.changed();
    },
    /** The server refuses this person: they leave if they are still here, and cannot come back without a line. */
    async refused(userId: string): Promise<void> {
      if (person?.user.id === userId) signOut();
      await deps.vault.forget(userId);
    },
  };
}

type DescribedKeys = 'phase' | 'serverAddress' | 'deviceName' | 'office' | 'knownUsers' | 'current';

/** `may-chu.tinh.vn:8787`, with or without scheme and trailing slash, as `https://may-chu.tinh.vn:8787`. */
export function normaliseAddress(text: string): string | undefined {
  const trimmed = text.trim().replace(/\/+$/, '');
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(trimmed);
  const full = /^https?:/.test(trimmed) ? trimmed : `${isLocal ? 'http' : 'https'}://${trimmed}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  return url.username === '' && url.pathname === '/' && url.hostname !== ''
    ? url.origin
    : undefined;
}
