import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { KeyJob, SigningInput } from '@shared/ipc/signing-contract';
import { err, ok, type Result } from '@shared/kernel/result';
import { describeCertificate } from './list-certificates';
import { softwarePinLength } from './software-key-file';
import { isSoftware, type SoftwareKeyPort } from './software-keys';
import type { SigningDeps } from './signing-deps';
import { MAX_P12_BYTES } from './token-messages';
import type { TokenCertificate } from './token-port';

export interface KeyWorkDeps extends Pick<
  SigningDeps,
  'token' | 'window' | 'clock' | 'person' | 'desk' | 'log'
> {
  readonly softwareKeys: SoftwareKeyPort;
}

type Secrets = SigningInput<'signing.doKeyWork'>;

interface Work extends Pick<KeyJob, 'purpose' | 'name'> {
  phase: KeyJob['phase'];
  readonly run: (secrets: Secrets) => Promise<Result<undefined>>;
}

/**
 * Software keys taken in, given another PIN and removed. Passwords and PINs are typed in the signing window, the only
 * page that takes any (K-10); whether the office may have such keys is the province's word.
 */
export function createKeyWork(deps: KeyWorkDeps) {
  const { softwareKeys, window, desk, token, clock, log } = deps;
  let work: Work | undefined;

  function show(next: Omit<Work, 'phase'>): Result<undefined> {
    work = { ...next, phase: 'waiting' };
    window.show();
    window.announce();
    return ok(undefined);
  }

  const refusal = () =>
    !deps.person()
      ? ({ code: 'session.not-signed-in' } as const)
      : work?.phase === 'working'
        ? ({ code: 'signing.busy' } as const)
        : undefined;

  const mayImport = (): boolean => desk.softwareKeys() !== 'none';

  async function beginImport(path: string): Promise<Result<undefined>> {
    const refused = refusal();
    if (refused) return err(refused);
    if (!mayImport()) return err({ code: 'softwareKey.not-allowed' });
    const bytes = await readSmall(path);
    if (!bytes) return err({ code: 'softwareKey.file-unusable' });
    return show({
      purpose: 'import',
      name: basename(path),
      run: async ({ secret, newPin }) => {
        // The rule may have been withdrawn while the window stood open.
        if (!mayImport()) return err({ code: 'softwareKey.not-allowed' });
        // A wrong password may be typed again: what is sent is wiped.
        const request = { file: bytes.slice(), password: secret, pin: newPin };
        const done = await softwareKeys.importKey(request);
        if (done.ok) bytes.fill(0);
        return done;
      },
    });
  }

  async function beginPinChange(thumbprint: string): Promise<Result<undefined>> {
    const refused = refusal();
    if (refused) return err(refused);
    const found = await find(thumbprint);
    const shown = found && describeCertificate(found, clock.nowMs());
    if (!shown) return err({ code: 'token.not-present' });
    return show({
      purpose: 'changePin',
      name: shown.holderName,
      run: ({ secret, newPin }) => softwareKeys.changePin({ thumbprint, pin: secret, newPin }),
    });
  }

  async function find(thumbprint: string): Promise<TokenCertificate | undefined> {
    const { certificates } = await token.list();
    return certificates.find((one) => one.thumbprint === thumbprint && isSoftware(one.token));
  }

  async function remove(thumbprint: string): Promise<Result<undefined>> {
    const refused = refusal();
    if (refused) return err(refused);
    await softwareKeys.remove(thumbprint);
    log.info('a software key was removed', { certificate: thumbprint });
    return ok(undefined);
  }

  async function perform(secrets: Secrets): Promise<Result<undefined>> {
    const current = work;
    try {
      if (!current) return err({ code: 'signing.document-unknown' });
      if (current.phase !== 'waiting') return err({ code: 'signing.busy' });
      current.phase = 'working';
      window.announce();
      const done = await current.run(secrets);
      current.phase = done.ok ? 'done' : 'waiting';
      log.info('work on a software key', {
        purpose: current.purpose,
        code: done.ok ? 'done' : done.error.code,
      });
      window.announce();
      return done;
    } finally {
      secrets.secret.fill(0);
      secrets.newPin.fill(0);
    }
  }

  return {
    beginImport,
    beginPinChange,
    remove,
    perform,
    describe: (): KeyJob | null =>
      work
        ? {
            purpose: work.purpose,
            name: work.name,
            phase: work.phase,
            pinLength: softwarePinLength,
          }
        : null,
    isWorking: (): boolean => work?.phase === 'working',
    leave: (): void => {
      work = undefined;
    },
  };
}

export type KeyWork = ReturnType<typeof createKeyWork>;

/** A file that may be a `.p12`; of one that is larger nothing is read. */
async function readSmall(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      return size > MAX_P12_BYTES ? undefined : new Uint8Array(await file.readFile());
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
