import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCertificate, type Certificate } from '@shared/pades/cms/certificate';
import { parseCrl } from '@shared/pades/cms/crl';
import type { LogDep } from '../../platform/log';
import { readIfThere, writeDurably } from '../../platform/durable-file';

/** Fetches a public address; undefined when it did not answer in time, answered too much or something else. */
export type FetchPublic = (address: string) => Promise<Uint8Array | undefined>;

export interface TrustStoreDeps extends LogDep {
  /** Folders with anchors and intermediates as PEM: the program's own, and the administrator's (V-12). */
  readonly folders: readonly string[];
  /** Where fetched revocation lists are kept; they are public, and sealed by their issuers. */
  readonly listFolder: string;
  readonly fetchPublic: FetchPublic;
}

/** What is trusted here, and the revocation lists at hand. Nothing in it ever comes from a judged file (V-12). */
export function createTrustStore({ folders, listFolder, fetchPublic, log }: TrustStoreDeps) {
  let certificates: Promise<readonly string[]> | undefined;

  const pathOf = (address: string): string =>
    join(listFolder, `${createHash('sha256').update(address).digest('hex')}.crl`);

  async function readCertificates(): Promise<readonly string[]> {
    const texts = await Promise.all(
      folders.map((folder) => readFolder(folder, /\.(pem|crt|cer)$/i)),
    );
    return texts.flat().map((bytes) => Buffer.from(bytes).toString('latin1'));
  }

  async function fetchList(address: string): Promise<boolean> {
    const fetched = await fetchPublic(address);
    const list = fetched && parseCrl(fetched);
    if (!list) return false;
    const held = await readIfThere(pathOf(address));
    const older = held && parseCrl(held);
    // An older list replayed by whoever sits on the line must not replace a newer one.
    if (older && older.thisUpdate > list.thisUpdate) return true;
    await writeDurably(pathOf(address), fetched);
    return true;
  }

  return {
    /** Everything to judge with, as PEM blocks. */
    async read(): Promise<readonly string[]> {
      certificates ??= readCertificates();
      const lists = await readFolder(listFolder, /\.crl$/);
      return [...(await certificates), ...lists.map((der) => toPem('X509 CRL', der))];
    },

    /** Fetches the lists that these certificates (DER) name; what cannot be had leaves what is at hand. */
    async refresh(ders: readonly Uint8Array[]): Promise<void> {
      const found = ders.flatMap((der): readonly Certificate[] => {
        const certificate = parseCertificate(der);
        return certificate ? [certificate] : [];
      });
      const addresses = new Set(found.flatMap(({ crlAddresses }) => crlAddresses));
      for (const address of [...addresses].slice(0, MOST_LISTS)) {
        if (!(await fetchList(address))) log.warn('a revocation list was not fetched');
      }
    },
  };
}

export type TrustStore = ReturnType<typeof createTrustStore>;

const MOST_LISTS = 8;

async function readFolder(folder: string, names: RegExp): Promise<readonly Uint8Array[]> {
  const all = await readdir(folder).catch(() => []);
  return Promise.all(
    all
      .filter((name) => names.test(name))
      .toSorted()
      .map((name) => readFile(join(folder, name))),
  );
}

const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
