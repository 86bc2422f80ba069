import { sign as nodeSign, type KeyObject } from 'node:crypto';
import type { Clock } from '@shared/kernel/clock';
import { err, ok, type Result } from '@shared/kernel/result';
import { canBePin } from './pin-guard';
import { readP12 } from './read-p12';
import {
  certificateOf,
  othersOf,
  pauseMs,
  sealKey,
  softwareKeyFolder,
  softwarePinLength,
  thumbprintOf,
  unsealKey,
  type KeyFile,
} from './software-key-file';
import type { DriverReply, TokenDriver } from './serve-token-requests';
import type { DriverFailure, SeenToken, TokenRequest } from './token-messages';

export interface SoftwareDriverDeps {
  readonly folder: string;
  readonly clock: Clock;
}

type Asking<A extends TokenRequest['ask']> = Extract<TokenRequest, { ask: A }>;

const failed = (failure: DriverFailure): DriverReply => ({ answer: 'failed', failure });

/**
 * The keys of `.p12` files behind the same messages as a vendor's driver, in a process of its own: each key is a token,
 * so that the window, its limits, the log and the checks afterwards are the same for both.
 */
export function createSoftwareDriver({ folder, clock }: SoftwareDriverDeps): TokenDriver {
  const keys = softwareKeyFolder(folder);
  let session: KeyObject | undefined;

  /**
   * At most one try of a PIN (K-8). It is counted on the disk before it is made: who kills the process in between has
   * used a try all the same.
   */
  async function unlock(
    thumbprint: string,
    pin: Uint8Array,
  ): Promise<Result<{ file: KeyFile; key: KeyObject }, DriverFailure>> {
    const file = await keys.find(thumbprint);
    if (!file) return err({ code: 'token.certificate-changed' });
    if (!canBePin(pin, softwarePinLength)) return err({ code: 'token.pin-unusable' });
    const now = clock.nowMs();
    const pause = pauseMs(file.failures);
    if (pause > 0 && now < file.failedAtMs + pause) {
      // A clock that was set back starts the pause anew; it neither ends it nor makes it longer than it is.
      if (now < file.failedAtMs) await keys.save({ ...file, failedAtMs: now });
      return err({ code: 'softwareKey.paused' });
    }
    await keys.save({ ...file, failures: file.failures + 1, failedAtMs: now });
    const key = unsealKey(file, pin);
    if (!key) return err({ code: 'token.pin-wrong', pin: 'countLow' });
    const clean = { ...file, failures: 0, failedAtMs: 0 };
    await keys.save(clean);
    return ok({ file: clean, key });
  }

  async function open({ thumbprint, pin }: Asking<'open'>): Promise<DriverReply> {
    session = undefined;
    if (pin === 'onDevice') return failed({ code: 'token.pin-unusable' });
    const unlocked = await unlock(thumbprint, pin);
    if (!unlocked.ok) return failed(unlocked.error);
    session = unlocked.value.key;
    return { answer: 'opened' };
  }

  function sign({ data, hash }: Asking<'sign'>): DriverReply {
    if (!session) return failed({ code: 'token.session-over' });
    const signature = nodeSign(hash.replace('-', '').toLowerCase(), data, {
      key: session,
      dsaEncoding: 'der',
    });
    return { answer: 'signed', signature: new Uint8Array(signature) };
  }

  async function importKey({ file, password, pin }: Asking<'importKey'>): Promise<DriverReply> {
    if (!canBePin(pin, softwarePinLength)) return failed({ code: 'token.pin-unusable' });
    const read = readP12(file, Buffer.from(password).toString('utf8'));
    if (!read.ok) return failed(read.error);
    const kept = sealKey(read.value, pin);
    await keys.save(kept);
    return { answer: 'imported', thumbprint: thumbprintOf(kept) };
  }

  async function changePin(request: Asking<'changePin'>): Promise<DriverReply> {
    if (!canBePin(request.newPin, softwarePinLength)) return failed({ code: 'token.pin-unusable' });
    const unlocked = await unlock(request.thumbprint, request.pin);
    if (!unlocked.ok) return failed(unlocked.error);
    const { file, key } = unlocked.value;
    const content = { key, certificate: certificateOf(file), others: othersOf(file) };
    await keys.save(sealKey(content, request.newPin));
    return { answer: 'pinChanged' };
  }

  return {
    async answer(request) {
      switch (request.ask) {
        case 'list':
          return { answer: 'listed', tokens: (await keys.list()).map(asToken) };
        case 'open':
          return open(request);
        case 'sign':
          return sign(request);
        case 'close':
          session = undefined;
          return { answer: 'closed' };
        case 'importKey':
          return importKey(request);
        case 'changePin':
          return changePin(request);
      }
    },
  };
}

function asToken(file: KeyFile): SeenToken {
  return {
    label: 'Khóa phần mềm',
    // As good as a serial: no two keys share it.
    serial: thumbprintOf(file).slice(0, 16),
    pin: file.failures > 0 ? 'countLow' : 'ok',
    pinLength: softwarePinLength,
    typesPinOnDevice: false,
    certificates: [certificateOf(file), ...othersOf(file)],
  };
}
