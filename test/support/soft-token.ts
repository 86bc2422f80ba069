import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoPki, IssueRequest } from './demo-pki';

/**
 * Tokens of SoftHSM in a folder, for tests and the demo: keys are made on the token and never leave it, certificates come
 * from the demo PKI. Needs the Debian packages softhsm2 and opensc.
 */
export interface SoftToken {
  /** SoftHSM's PKCS#11 module. */
  readonly modulePath: string;
  /** What a process needs beside the module's path; the same for all tokens of one folder. */
  readonly env: { readonly SOFTHSM2_CONF: string };
  readonly label: string;
  readonly serial: string;
  /** Printable ASCII. */
  readonly pin: string;
  readonly identities: readonly SoftIdentity[];
}

export interface SoftIdentity {
  /** CKA_ID, hexadecimal. */
  readonly id: string;
  readonly certificate: Uint8Array;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly thumbprint: string;
}

export interface SoftIdentityRequest extends Omit<IssueRequest, 'publicKeyPem' | 'bits'> {
  /** As pkcs11-tool names them; RSA-2048 unless told. */
  readonly key?: 'rsa:2048' | 'rsa:3072' | 'EC:prime256v1' | 'EC:secp384r1';
  /** CKA_ALWAYS_AUTHENTICATE: the PIN is asked for at each signature (K-12). */
  readonly asksEachTime?: boolean;
}

export interface SoftTokenRequest {
  /** Holds SoftHSM's configuration and tokens; a second token in the same folder is a second device beside the first. */
  readonly folder: string;
  readonly pki: DemoPki;
  readonly label?: string;
  readonly pin?: string;
  readonly identities: readonly SoftIdentityRequest[];
}

const SO_PIN = '87654321';
const modulePaths = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
];

/** Undefined where SoftHSM or OpenSC's tool is not installed. */
export function findSoftHsm(): string | undefined {
  const hasTools = ['softhsm2-util', 'pkcs11-tool'].every((tool) => existsSync(`/usr/bin/${tool}`));
  return hasTools ? modulePaths.find((path) => existsSync(path)) : undefined;
}

/** Makes a token with its keys, their certificates and the certificate of the issuing CA. */
export function createSoftToken(request: SoftTokenRequest): SoftToken {
  const { folder, pki, label = 'TCV-TRINH-DIEN', pin = '135790' } = request;
  const modulePath = findSoftHsm();
  if (!modulePath) throw new Error('softhsm2 and opensc are not installed');
  const env = prepareFolder(folder);
  const initialise = ['--init-token', '--free', '--label', label, '--so-pin', SO_PIN, '--pin', pin];
  run(env, 'softhsm2-util', initialise);
  const token = tokenTool({ modulePath, env, label, pin });
  const identities = request.identities.map((identity, i) =>
    makeIdentity(token, { folder, pki, id: (i + 1).toString(16).padStart(2, '0'), identity }),
  );
  storeCertificate(token, { folder, id: 'ca', der: pki.subCa.certificate });
  return { modulePath, env, label, serial: serialOf(env, modulePath, label), pin, identities };
}

type Environment = SoftToken['env'];

const run = (env: Environment, tool: string, args: readonly string[]): Buffer =>
  execFileSync(tool, args, { env: { ...process.env, ...env }, stdio: 'pipe' });

/** OpenSC's tool, logged in to one token. */
type TokenTool = (...args: readonly string[]) => Buffer;

function tokenTool(soft: Pick<SoftToken, 'modulePath' | 'env' | 'label' | 'pin'>): TokenTool {
  const { modulePath, env, label, pin } = soft;
  const login = ['--module', modulePath, '--token-label', label, '--login', '--pin', pin];
  return (...args) => run(env, 'pkcs11-tool', [...login, ...args]);
}

function prepareFolder(folder: string): Environment {
  const conf = join(folder, 'softhsm2.conf');
  mkdirSync(join(folder, 'tokens'), { recursive: true, mode: 0o700 });
  writeFileSync(
    conf,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  return { SOFTHSM2_CONF: conf };
}

interface MakeIdentity {
  readonly folder: string;
  readonly pki: DemoPki;
  readonly id: string;
  readonly identity: SoftIdentityRequest;
}

function makeIdentity(token: TokenTool, { folder, pki, id, identity }: MakeIdentity): SoftIdentity {
  const { key = 'rsa:2048', asksEachTime, ...subject } = identity;
  const always = asksEachTime ? ['--always-auth'] : [];
  token('--keypairgen', '--key-type', key, '--id', id, ...always);
  const file = join(folder, 'public-key.der');
  token('--read-object', '--type', 'pubkey', '--id', id, '--output-file', file);
  const publicKeyPem = toPublicPem(readFileSync(file));
  const { certificate } = pki.issue({ ...subject, publicKeyPem });
  storeCertificate(token, { folder, id, der: certificate });
  const thumbprint = createHash('sha256').update(certificate).digest('hex');
  return { id, certificate, thumbprint };
}

const toPublicPem = (spki: Buffer): string =>
  `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;

interface StoredFile {
  readonly folder: string;
  readonly id: string;
  readonly der: Uint8Array;
}

function storeCertificate(token: TokenTool, { folder, id, der }: StoredFile): void {
  const file = join(folder, 'certificate.der');
  writeFileSync(file, der);
  token('--write-object', file, '--type', 'cert', '--id', id);
}

/** Puts another certificate in the place of an identity's, as a re-issued or swapped token shows it (K-5). */
export function replaceCertificate(
  soft: SoftToken,
  folder: string,
  { id, der }: { readonly id: string; readonly der: Uint8Array },
): void {
  const token = tokenTool(soft);
  token('--delete-object', '--type', 'cert', '--id', id);
  storeCertificate(token, { folder, id, der });
}

/** SoftHSM chooses the serial when it makes the token. */
function serialOf(env: Environment, modulePath: string, label: string): string {
  const text = run(env, 'pkcs11-tool', ['--module', modulePath, '--list-token-slots']).toString();
  const after = text.split(`: ${label}\n`)[1] ?? '';
  const serial = /serial num\s*:\s*(\S+)/.exec(after)?.[1];
  if (serial === undefined) throw new Error(`the token ${label} is not listed`);
  return serial;
}
