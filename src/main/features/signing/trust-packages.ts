import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrustStatus } from '@shared/ipc/trust-status';
import type { Clock } from '@shared/kernel/clock';
import { fromHex, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import {
  packageAge,
  pemOfPackage,
  readTrustPackage,
  type TrustManifest,
  type TrustPackageFailure,
} from '@shared/pades/trust-package';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { nodePadesPlatform } from './node-pades-platform';

export interface TrustPackagesDeps {
  readonly folder: string;
  /** Package keys, base64 of their DER: the program's own and the administrator's. */
  readonly keys: () => Promise<readonly string[]>;
  readonly clock: Clock;
}

/** Largest package that is read, bytes: its lists included. */
const MAX_PACKAGE = 50_000_000;

/**
 * The trust package in use and the one before it (O-4). Whatever lies in the folder is checked at every start, as when it
 * was installed: a file that was changed on the disk is none.
 */
export function createTrustPackages({ folder, keys, clock }: TrustPackagesDeps) {
  const path = {
    current: join(folder, 'current.tcvtrust'),
    previous: join(folder, 'previous.tcvtrust'),
  };
  const highestPath = join(folder, 'highest-version');
  let current: Promise<TrustManifest | undefined> | undefined;

  const read = async (bytes: Uint8Array): Promise<Result<TrustManifest, TrustPackageFailure>> => {
    const isSigned = signedByOneOf(await keys());
    return readTrustPackage(Buffer.from(bytes).toString('utf8'), {
      ...nodePadesPlatform,
      isSigned,
    });
  };

  async function stored(which: keyof typeof path) {
    const bytes = await readIfThere(path[which]);
    const manifest = bytes && (await read(bytes));
    return bytes && manifest?.ok ? { bytes, manifest: manifest.value } : undefined;
  }

  /** Of all that were ever installed: a stored package that does not check any more tells no version. */
  async function highestVersion(): Promise<number> {
    const written = await readIfThere(highestPath);
    const noted = Number(Buffer.from(written ?? []).toString('latin1'));
    return Math.max(noted || 0, (await stored('previous'))?.manifest.version ?? 0);
  }

  const inUse = () =>
    (current ??= stored('current')
      .then((found) => found?.manifest)
      .catch((cause: unknown) => {
        // A disk that answers later is asked again.
        current = undefined;
        throw cause;
      }));

  /** The old one is kept first: a death between the two leaves a whole package in use. */
  async function replace(bytes: Uint8Array, before: Uint8Array | undefined): Promise<TrustStatus> {
    if (before) await writeDurably(path.previous, before);
    await writeDurably(path.current, bytes);
    current = undefined;
    return status();
  }

  async function status(): Promise<TrustStatus> {
    const used = await inUse();
    const previous = await stored('previous');
    return {
      current: used ? describe(used) : null,
      previous:
        previous && previous.manifest.version !== used?.version
          ? describe(previous.manifest)
          : null,
      age: used ? packageAge(Date.parse(used.issuedAt), clock.nowMs()) : null,
    };
  }

  return {
    status,

    /** Everything the package trusts, as PEM blocks, with its date. */
    async pem(): Promise<readonly string[]> {
      const used = await inUse();
      return used ? pemOfPackage(used, Buffer.from(utf8(used.issuedAt)).toString('base64')) : [];
    },

    /** Takes a package from a file: signed by a pinned key, and newer than the one in use. */
    async install(file: string): Promise<Result<TrustStatus>> {
      const { size } = await stat(file);
      if (size > MAX_PACKAGE) return err({ code: 'trust.unreadable' });
      const bytes = new Uint8Array(await readFile(file));
      const found = await read(bytes);
      if (!found.ok) return found;
      const before = await stored('current');
      const { version } = found.value;
      const highest = await highestVersion();
      // Over one that was damaged on the disk, the same may be laid again.
      if (before ? version <= before.manifest.version : version < highest) {
        return err({ code: 'trust.older' });
      }
      await writeDurably(highestPath, utf8(String(Math.max(version, highest))));
      return ok(await replace(bytes, before?.bytes));
    },

    /** Back to the package before, on purpose; the newer one is kept in its place. */
    async revert(): Promise<Result<TrustStatus>> {
      const [before, used] = [await stored('previous'), await stored('current')];
      if (!before || before.manifest.version === used?.manifest.version) {
        return err({ code: 'trust.no-previous' });
      }
      return ok(await replace(before.bytes, used?.bytes));
    },
  };
}

export type TrustPackages = ReturnType<typeof createTrustPackages>;

const describe = ({ version, issuedAt, anchors, intermediates, crls }: TrustManifest) => ({
  version,
  issuedAt,
  anchors: anchors.map(({ sha256 }) => sha256),
  intermediates: intermediates.length,
  crls: crls.length,
});

/** Whether one of these keys made an Ed25519 signature; what is no such key counts for nothing. */
export function signedByOneOf(keys: readonly string[]) {
  const known = keys.flatMap((key) => publicKeyIn(key) ?? []);
  return (data: Uint8Array, signature: string): boolean =>
    known.some((key) => verify(null, data, key, fromHex(signature)));
}

function publicKeyIn(base64: string): KeyObject | undefined {
  try {
    const key = createPublicKey({
      key: Buffer.from(base64, 'base64'),
      format: 'der',
      type: 'spki',
    });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The key that the program carries, if it does: `resources/trust/package-key.pem`. */
export async function programKey(resources: string): Promise<readonly string[]> {
  const pem = await readIfThere(join(resources, 'trust', 'package-key.pem'));
  return pem
    ? [
        Buffer.from(pem)
          .toString('latin1')
          .replace(/-----[^-]+-----|\s/g, ''),
      ]
    : [];
}
