import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@shared/kernel/clock';
import { equalBytes } from '@shared/kernel/bytes';
import { parseCertificate, type Certificate } from '@shared/pades/cms/certificate';
import { parseCrl, type Crl } from '@shared/pades/cms/crl';
import { ocspRequest, parseOcsp, type IssuedCertificate } from '@shared/pades/cms/ocsp';
import { isAnswerSigned, isListSigned, isSignedWith } from '@shared/pades/verify/revocation';
import { findPath, type TrustMaterial } from '@shared/pades/verify/trust';
import { trustFromPem } from '@shared/pades/verify/trust-material';
import type { PublicQuestion } from '../../platform/fetch-public';
import type { LogDep } from '../../platform/log';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import { folderLimits, pruneFolder } from './bounded-folder';
import { nodePadesPlatform } from './node-pades-platform';

/** Fetches a public address, or asks it; undefined when it did not answer in time, answered too much or something else. */
export type FetchPublic = (
  address: string,
  question?: PublicQuestion,
) => Promise<Uint8Array | undefined>;

export interface TrustStoreDeps extends LogDep {
  /** Anchors and intermediates as PEM: the trust package's, or in a demonstration its folder's (V-12). */
  readonly trusted: () => Promise<readonly string[]>;
  /** Where fetched lists, answers and intermediates are kept; they are public, and sealed by their issuers. */
  readonly listFolder: string;
  readonly fetchPublic: FetchPublic;
  readonly clock: Clock;
  readonly limits?: typeof folderLimits;
}

/** How much one refreshing may ask. */
export interface RefreshLimits {
  /** Requests for lists and answers. */
  readonly most: number;
  /** Where there is more to be asked than that, each turn asks for the next ones. */
  readonly turn: number;
}

/** What is trusted here, and the revocation lists at hand. Anchors never come from a judged file or the line (V-12). */
export function createTrustStore({
  trusted,
  listFolder,
  fetchPublic,
  clock,
  log,
  limits = folderLimits,
}: TrustStoreDeps) {
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
    const path = join(listFolder, `${nameOf(asked.certificate)}.ocsp`);
    const held = await readIfThere(path);
    const older = held && parseOcsp(held)?.statusOf(nodePadesPlatform, asked);
    if (older && older.thisUpdate > said.thisUpdate) return true;
    const input = {
      fromFile: fileOf([]),
      material: await pathMaterial(),
      at: said.thisUpdate,
      now: clock.nowMs(),
    };
    if (!isAnswerSigned(nodePadesPlatform, answer, asked.issuer, input)) return false;
    await writeDurably(path, fetched);
    return true;
  }

  /**
   * Authorities that a file left out of its chain (RFC 5280 §4.2.2.1), kept once they lead to an anchor. Answers how many
   * requests that took.
   */
  async function fetchIssuers(found: readonly Certificate[]): Promise<number> {
    const material = await pathMaterial();
    const known = [...found, ...material.anchors, ...material.intermediates];
    let asked = 0;
    for (const leaf of found) {
      if (known.some((one) => isIssuerOf(one, leaf))) continue;
      const chain: Certificate[] = [];
      for (let last = leaf; asked < MOST_ISSUERS;) {
        const [address] = last.issuerAddresses;
        if (address === undefined) break;
        asked += 1;
        const fetched = await fetchPublic(address);
        const issuer = fetched && parseCertificate(fetched);
        if (!issuer || isSelfSigned(issuer) || !isIssuerOf(issuer, last)) break;
        chain.push(issuer);
        last = issuer;
        if (isAnchored(leaf, [...found, ...chain], material)) {
          for (const one of chain) {
            await writeDurably(join(listFolder, `${nameOf(one)}.crt`), one.der);
          }
          break;
        }
      }
    }
    return asked;
  }

  /** Anchors as they are given, intermediates also as they were fetched. */
  async function pathPem(): Promise<readonly string[]> {
    const fetched = await readFolder(listFolder, /\.crt$/);
    // Whoever can write into the folder makes no anchor of it (V-12).
    const issuers = fetched.filter((der) => {
      const certificate = parseCertificate(der);
      return certificate && !isSelfSigned(certificate);
    });
    return [...(await trusted()), ...issuers.map((der) => toPem('CERTIFICATE', der))];
  }
  const pathMaterial = async (): Promise<TrustMaterial> => trustFromPem(await pathPem()).material;

  return {
    /** Everything to judge with, as PEM blocks. */
    async read(): Promise<readonly string[]> {
      const lists = await readFolder(listFolder, /\.crl$/);
      const answers = await readFolder(listFolder, /\.ocsp$/);
      return [
        ...(await pathPem()),
        ...lists.map((der) => toPem('X509 CRL', der)),
        ...answers.map((der) => toPem('OCSP RESPONSE', der)),
      ];
    },

    /**
     * Fetches what these certificates (DER) name: missing issuers, lists, answers. Only of issuers with a path to an
     * anchor: nobody else's word counts. What cannot be had leaves what is at hand. Answers the requests made.
     */
    async refresh(
      ders: readonly Uint8Array[],
      { most, turn }: RefreshLimits = { most: MOST_REQUESTS, turn: 0 },
    ): Promise<number> {
      const found = ders.flatMap((der): readonly Certificate[] => {
        const certificate = parseCertificate(der);
        return certificate ? [certificate] : [];
      });
      const askedForIssuers = await fetchIssuers(found).catch(() => MOST_ISSUERS);
      const material = await pathMaterial();
      const known = [...found, ...material.anchors, ...material.intermediates].filter((one) =>
        isAnchored(one, found, material),
      );
      const wanted = new Map<string, readonly Certificate[]>();
      for (const certificate of found) {
        if (!known.some((one) => isIssuerOf(one, certificate))) continue;
        // By the name: an authority may sign its lists with a newer key.
        const issuers = known.filter(({ subject }) => equalBytes(subject, certificate.issuer));
        for (const address of certificate.crlAddresses) {
          wanted.set(address, [...(wanted.get(address) ?? []), ...issuers]);
        }
      }
      const questions = found.flatMap((certificate) => {
        const issuer = known.find((one) => isIssuerOf(one, certificate));
        const [address] = certificate.ocspAddresses;
        return issuer && address !== undefined ? [{ address, asked: { certificate, issuer } }] : [];
      });
      const all = [
        ...[...wanted].map(
          ([address, issuers]) =>
            () =>
              fetchList(address, issuers),
        ),
        ...questions.map(
          ({ address, asked }) =>
            () =>
              fetchAnswer(address, asked),
        ),
      ];
      const first = (turn * most) % Math.max(1, all.length);
      const now = [...all.slice(first), ...all.slice(0, first)].slice(0, most);
      // Together: a slow address must not keep the others, and whoever waits to sign, waiting.
      await Promise.all(
        now.map(async (fetchOne) => {
          const isKept = await fetchOne().catch(() => false);
          if (!isKept) log.warn('a revocation list or answer was not fetched');
        }),
      );
      const asked = askedForIssuers + now.length;
      if (asked > 0) await pruneFolder(listFolder, limits).catch(() => undefined);
      return asked;
    },
  };
}

export type TrustStore = ReturnType<typeof createTrustStore>;

const MOST_REQUESTS = 16;
/** Certificates that are fetched to complete paths, at one refreshing. */
const MOST_ISSUERS = 3;

const isOwnList = (list: Crl, issuer: Certificate): boolean =>
  equalBytes(list.issuer, issuer.subject) && isListSigned(nodePadesPlatform, list, issuer);

const isIssuerOf = (issuer: Certificate, certificate: Certificate): boolean =>
  equalBytes(issuer.subject, certificate.issuer) &&
  isSignedWith(nodePadesPlatform, certificate, issuer);

const isSelfSigned = ({ issuer, subject }: Certificate): boolean => equalBytes(issuer, subject);

const fileOf = (certificates: readonly Certificate[]) => ({ certificates, crls: [], ocsps: [] });

const isAnchored = (
  leaf: Certificate,
  found: readonly Certificate[],
  material: TrustMaterial,
): boolean => findPath(nodePadesPlatform, { leaf, material, fromFile: fileOf(found) }).length > 0;

const nameOf = ({ der }: Certificate): string => createHash('sha256').update(der).digest('hex');

/** Certificates as PEM in a folder: what a demonstration trusts. */
export async function readPemFolder(folder: string): Promise<readonly string[]> {
  const files = await readFolder(folder, /\.(pem|crt|cer)$/i);
  return files.map((bytes) => Buffer.from(bytes).toString('latin1'));
}

async function readFolder(folder: string, names: RegExp): Promise<readonly Uint8Array[]> {
  const all = await readdir(folder).catch(() => []);
  const read = await Promise.all(
    all
      .filter((name) => names.test(name))
      .toSorted()
      // One that was pruned this moment is not at hand.
      .map((name) => readFile(join(folder, name)).catch(() => undefined)),
  );
  return read.filter((bytes) => bytes !== undefined);
}

const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
