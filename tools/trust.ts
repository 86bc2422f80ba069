import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Result } from '@shared/kernel/result';
import { equalBytes } from '@shared/kernel/bytes';
import { parseCertificate } from '@shared/pades/cms/certificate';
import { parsePem, type PemBlock } from '@shared/pades/pem';
import {
  packageAge,
  readTrustPackage,
  signedPartOf,
  type TrustManifest,
  type TrustPackageFailure,
} from '@shared/pades/trust-package';
import { nodePadesPlatform } from '../src/main/features/signing/node-pades-platform';
import { signedByOneOf } from '../src/main/features/signing/trust-packages';

const USAGE = `trust build FOLDER --key PRIVATE.pem --version N --out FILE.tcvtrust   signs what the folder's PEM files hold
trust check FILE.tcvtrust --key PUBLIC.pem     is it by this key, whole, and not older than 30 days (O-4)?
trust show FILE.tcvtrust --key PUBLIC.pem      the same, with whom it trusts
  --at INSTANT    the date of a build, or to check for (else now)
  --json          one line of JSON, nothing else
A key: openssl genpkey -algorithm ed25519; its public half: openssl pkey -pubout`;

const FINE = 0;
const FINDING = 1;
const COULD_NOT_RUN = 2;

interface Order {
  readonly verb: string;
  readonly path: string;
  readonly key: string;
  readonly atMs: number;
  readonly json: boolean;
  readonly version: number;
  readonly out: string;
}

/** `cli trust`: 0 fine, 1 the package is not to be used or old, 2 could not run. */
export async function runTrust(args: readonly string[]): Promise<number> {
  const order = readOrder(args);
  if (!order) {
    console.error(USAGE);
    return COULD_NOT_RUN;
  }
  try {
    return await (order.verb === 'build' ? build(order) : check(order));
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : String(cause));
    return COULD_NOT_RUN;
  }
}

function readOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        version: { type: 'string', default: '' },
        out: { type: 'string', default: '' },
        at: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const [verb = '', path, ...rest] = positionals;
    const { key, out, json } = values;
    const atMs = values.at === undefined ? Date.now() : Date.parse(values.at);
    const version = Number(values.version);
    const isBuild = verb === 'build' && Number.isSafeInteger(version) && version > 0 && out !== '';
    const isKnown = isBuild || verb === 'check' || verb === 'show';
    if (!isKnown || path === undefined || key === undefined || rest.length > 0) return undefined;
    return Number.isNaN(atMs) ? undefined : { verb, path, key, atMs, json, version, out };
  } catch {
    return undefined;
  }
}

/** Nothing is written that the program itself would refuse. */
async function build({ path, key, atMs, version, out, json }: Order): Promise<number> {
  const privateKey = createPrivateKey(await readFile(key));
  const manifest = manifestOf(await readBlocks(path), { version, atMs });
  const signature = sign(null, signedPartOf(manifest), privateKey).toString('hex');
  const text = JSON.stringify({ manifest, signature }, undefined, 1);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const found = read(text, publicKey.toString('base64'));
  if (found.ok) await writeFile(out, text);
  return tell(found, { json, atMs, isWhole: false });
}

const check = async ({ verb, path, key, atMs, json }: Order): Promise<number> => {
  const publicKey = createPublicKey(await readFile(key)).export({ format: 'der', type: 'spki' });
  const found = read(await readFile(path, 'utf8'), publicKey.toString('base64'));
  return tell(found, { json, atMs, isWhole: verb === 'show' });
};

const read = (text: string, publicKey: string) =>
  readTrustPackage(text, { ...nodePadesPlatform, isSigned: signedByOneOf([publicKey]) });

async function readBlocks(folder: string): Promise<readonly PemBlock[]> {
  const names = (await readdir(folder)).filter((name) => /\.(pem|crt|cer|crl)$/i.test(name));
  const files = await Promise.all(
    names.toSorted().map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })),
  );
  return files.flatMap(({ name, bytes }) => blocksIn(name, bytes));
}

/** Authorities publish both forms; a file that says nothing must not be left out without a word. */
function blocksIn(name: string, bytes: Uint8Array): readonly PemBlock[] {
  const SEQUENCE = 0x30;
  if (bytes[0] === SEQUENCE) {
    return [{ label: /\.crl$/i.test(name) ? 'X509 CRL' : 'CERTIFICATE', der: bytes }];
  }
  const blocks = parsePem(Buffer.from(bytes).toString('latin1'));
  if (blocks.length === 0) throw new Error(`${name} holds neither PEM nor DER`);
  return blocks;
}

const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

function manifestOf(
  blocks: readonly PemBlock[],
  { version, atMs }: { readonly version: number; readonly atMs: number },
): TrustManifest {
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE');
  const isRoot = ({ der }: PemBlock): boolean => {
    const found = parseCertificate(der);
    return found !== undefined && equalBytes(found.issuer, found.subject);
  };
  return {
    format: 'tcvtrust/1',
    version,
    issuedAt: new Date(atMs).toISOString(),
    anchors: certificates.filter(isRoot).map(({ der }) => ({
      sha256: createHash('sha256').update(der).digest('hex'),
      der: base64(der),
    })),
    intermediates: certificates.filter((one) => !isRoot(one)).map(({ der }) => base64(der)),
    crls: blocks.filter(({ label }) => label === 'X509 CRL').map(({ der }) => base64(der)),
  };
}

function tell(
  found: Result<TrustManifest, TrustPackageFailure>,
  {
    json,
    atMs,
    isWhole,
  }: { readonly json: boolean; readonly atMs: number; readonly isWhole: boolean },
): number {
  if (!found.ok) {
    console.log(
      json ? JSON.stringify({ ok: false, code: found.error.code }) : REFUSED[found.error.code],
    );
    return FINDING;
  }
  const { version, issuedAt, anchors, intermediates, crls } = found.value;
  const age = packageAge(Date.parse(issuedAt), atMs);
  const roots = anchors.map(({ sha256, der }) => ({
    sha256,
    name:
      parseCertificate(new Uint8Array(Buffer.from(der, 'base64')))?.subjectName.commonName ?? '',
  }));
  const counts = { intermediates: intermediates.length, crls: crls.length };
  const facts = { ok: true, version, issuedAt, age, ...counts, ...(isWhole && { anchors: roots }) };
  console.log(
    json
      ? JSON.stringify(facts)
      : [
          `phiên bản ${version}, ngày ${issuedAt}${AGES[age]}`,
          `${roots.length} CA gốc, ${counts.intermediates} CA trung gian, ${counts.crls} danh sách thu hồi`,
          ...(isWhole ? roots.map(({ sha256, name }) => `${sha256} ${name}`) : []),
        ].join('\n'),
  );
  return age === 'fresh' ? FINE : FINDING;
}

const REFUSED = {
  'trust.unreadable':
    'Không phải gói tin cậy dùng được: hỏng, không có CA gốc, có chứng thư sai chỗ hoặc CA trình diễn.',
  'trust.not-signed': 'Chữ ký của gói không khớp với khóa này. Không dùng gói này.',
} as const;

const AGES = { fresh: '', old: ' (đã quá 30 ngày)', tooOld: ' (đã quá 90 ngày)' } as const;
