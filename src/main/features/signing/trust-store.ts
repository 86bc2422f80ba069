import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@shared/kernel/clock';
import { equalBytes } from '@shared/kernel/bytes';
import { parseCertificate, type Certificate } from '@shared/pades/cms/certificate';
import { parseCrl, type Crl } from '@shared/pades/cms/crl';
import { ocspRequest, parseOcsp, type IssuedCertificate } from '@shared/pades/cms/ocsp';
import { isAnswerSigned, isListSigned, isSignedWith } from '@shared/pades/verify/revocation';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import type { PublicQuestion } from '../../platform/fetch-public';
import type { LogDep } from '../../platform/log';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { nodePadesPlatform } from './node-pades-platform';

/** Fetches a public address, or asks it; undefined when it did not answer in time, answered too much or something else. */
export type FetchPublic = (
  address: string,
  question?: PublicQuestion,
) => Promise<Uint8Array | undefined>;

export interface TrustStoreDeps extends LogDep {
  /** Anchors and intermediates as PEM: the trust package's, or in a demonstration its folder's (V-12). */
  readonly trusted: () => Promise<readonly string[]>;
  /** Where fetched revocation lists are kept; they are public, and sealed by their issuers. */
  readonly listFolder: string;
  readonly fetchPublic: FetchPublic;
  readonly clock: Clock;
}

/** What is trusted here, and the revocation lists at hand. Nothing in it ever comes from a judged file (V-12). */
export function createTrustStore({ trusted, listFolder, fetchPublic, clock, log }: TrustStoreDeps) {
  /** One file for each issuer at an address: a stranger's list never takes the place of the right one. */
  const pathOf = (address: string, { publicKey }: Certificate): string =>
    join(
      listFolder,
      `${createHash('sha256').update(address).update('\n').update(publicKey).digest('hex')}.crl`,
    );

  /** Keeps what the address gives if one of these issuers signed it; anything else could hide a revocation. */
  async function fetchList(address: string, issuers: readonly Certificate[]): Promise<boolean> {
    const fetched = await fetchPublic(address);
    const list = fetched && parseCrl(fetched);
    const issuer = list && issuers.find((one) => isOwnList(list, one));
    if (!list || !issuer) return false;
    const path = pathOf(address, issuer);
    const held = await readIfThere(path);
    const older = held && parseCrl(held);
    // An older list replayed by whoever sits on the line must not replace a newer one.
    if (older && older.thisUpdate > list.thisUpdate) return true;
    await writeDurably(path, fetched);
    return true;
  }

  /** Asks about one certificate and keeps what its issuer answers; the newest answer stays. */
  async function fetchAnswer(address: string, asked: IssuedCertificate): Promise<boolean> {
    const body = ocspRequest(nodePadesPlatform, asked);
    const fetched = await fetchPublic(address, { contentType: 'application/ocsp-request', body });
    const answer = fetched && parseOcsp(fetched);
    const said = answer?.statusOf(nodePadesPlatform, asked);
    if (!fetched || !answer || !said) return false;
    const name = createHash('sha256').update(asked.certificate.der).digest('hex');
    const path = join(listFolder, `${name}.ocsp`);
    const held = await readIfThere(path);
    const older = held && parseOcsp(held)?.statusOf(nodePadesPlatform, asked);
    if (older && older.thisUpdate > said.thisUpdate) return true;
    const { material } = trustFromPem(await trusted());
    const fromFile = { certificates: [], crls: [], ocsps: [] };
    const input = { fromFile, material, at: said.thisUpdate, now: clock.nowMs() };
    if (!isAnswerSigned(nodePadesPlatform, answer, asked.issuer, input)) return false;
    await writeDurably(path, fetched);
    return true;
  }

  return {
    /** Everything to judge with, as PEM blocks. */
    async read(): Promise<readonly string[]> {
      const lists = await readFolder(listFolder, /\.crl$/);
      const answers = await readFolder(listFolder, /\.ocsp$/);
      return [
        ...(await trusted()),
        ...lists.map((der) => toPem('X509 CRL', der)),
        ...answers.map((der) => toPem('OCSP RESPONSE', der)),
      ];
    },

    /** Fetches the lists and answers that these certificates (DER) name; what cannot be had leaves what is at hand. */
    async refresh(ders: readonly Uint8Array[]): Promise<void> {
      const found = ders.flatMap((der): readonly Certificate[] => {
        const certificate = parseCertificate(der);
        return certificate ? [certificate] : [];
      });
      const { anchors, intermediates } = trustFromPem(await trusted()).material;
      const known = [...found, ...anchors, ...intermediates];
      const wanted = new Map<string, readonly Certificate[]>();
      for (const { crlAddresses, issuer } of found) {
        const issuers = known.filter(({ subject }) => equalBytes(subject, issuer));
        for (const address of crlAddresses) {
          wanted.set(address, [...(wanted.get(address) ?? []), ...issuers]);
        }
      }
      const questions = found.flatMap((certificate) => {
        const issuer = known.find(
          (one) =>
            equalBytes(one.subject, certificate.issuer) &&
            isSignedWith(nodePadesPlatform, certificate, one),
        );
        const [address] = certificate.ocspAddresses;
        return issuer && address !== undefined ? [{ address, asked: { certificate, issuer } }] : [];
      });
      // Together: a slow address must not keep the others, and whoever waits to sign, waiting.
      await Promise.all([
        ...[...wanted].slice(0, MOST_LISTS).map(async ([address, issuers]) => {
          const isKept = await fetchList(address, issuers).catch(() => false);
          if (!isKept) log.warn('a revocation list was not fetched');
        }),
        ...questions.slice(0, MOST_LISTS).map(async ({ address, asked }) => {
          const isKept = await fetchAnswer(address, asked).catch(() => false);
          if (!isKept) log.warn('a responder did not answer for a certificate');
        }),
      ]);
    },
  };
}

export type TrustStore = ReturnType<typeof createTrustStore>;

const MOST_LISTS = 8;

const isOwnList = (list: Crl, issuer: Certificate): boolean =>
  equalBytes(list.issuer, issuer.subject) && isListSigned(nodePadesPlatform, list, issuer);

/** Certificates as PEM in a folder: what a demonstration trusts. */
export async function readPemFolder(folder: string): Promise<readonly string[]> {
  const files = await readFolder(folder, /\.(pem|crt|cer)$/i);
  return files.map((bytes) => Buffer.from(bytes).toString('latin1'));
}

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
