import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { utf8 } from '@shared/kernel/bytes';
import {
  derContext,
  derElement,
  derInteger,
  derOid,
  derSequence,
  derSetOf,
  derSmallInteger,
} from '@shared/pades/cms/der';
import { writeSecret } from '../../embedded/cluster-folder';

const Tls = z.object({ cert: z.string(), key: z.string() }).readonly();
export type Tls = z.infer<typeof Tls>;

const YEARS = 10;
const UTF8_STRING = 0x0c;
const BIT_STRING = 0x03;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** The hub's own certificate, made at the first start: workstations know it by its fingerprint, without DNS (§20). */
export async function hubCertificate(dataDir: string, name: string, nowMs: number): Promise<Tls> {
  const path = join(dataDir, 'hub-tls.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text !== undefined) return Tls.parse(JSON.parse(text));
  const made = selfSigned(name, nowMs);
  await writeSecret(path, JSON.stringify(made));
  return made;
}

/** SHA-256 of the certificate, in pairs of digits as it is compared on a screen. */
export const fingerprintOf = ({ cert }: Tls): string => new X509Certificate(cert).fingerprint256;

/** ECDSA on P-256, ten years, issued by itself to its name (RFC 5280 §4.1). */
function selfSigned(name: string, nowMs: number): Tls {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = derSequence(derOid(ECDSA_WITH_SHA256));
  const commonName = derSequence(derOid(COMMON_NAME), derElement(UTF8_STRING, utf8(name)));
  const whole = derSequence(derSetOf(commonName));
  // The clock of a small box may have been reset: a day of patience.
  const start = new Date(nowMs - 86_400_000);
  const end = new Date(start);
  end.setUTCFullYear(start.getUTCFullYear() + YEARS);
  const facts = derSequence(
    derContext(0, derSmallInteger(2)),
    derInteger(randomBytes(16)),
    algorithm,
    whole,
    derSequence(time(start), time(end)),
    whole,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = sign('sha256', facts, privateKey);
  const der = derSequence(facts, algorithm, derElement(BIT_STRING, Uint8Array.of(0), signature));
  const lines = Buffer.from(der)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** In two digits of the year as long as they are enough (RFC 5280 §4.1.2.5). */
function time(at: Date): Uint8Array {
  const text = `${at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;
  return at.getUTCFullYear() < 2050
    ? derElement(UTC_TIME, utf8(text.slice(2)))
    : derElement(GENERALIZED_TIME, utf8(text));
}
