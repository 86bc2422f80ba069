import { createHmac, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { err, ok, type Result } from '@shared/kernel/result';
import { parseCertificate } from '@shared/pades/cms/certificate';

const { asn1, md, pkcs12, pki, util } = forge;

export type P12Problem =
  | 'softwareKey.file-unusable'
  | 'softwareKey.password-wrong'
  | 'softwareKey.key-missing'
  | 'softwareKey.several-keys'
  | 'softwareKey.key-weak';

/** The one key of a `.p12` with its certificate and those that came with it. */
export interface P12Content {
  readonly key: KeyObject;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly others: readonly Uint8Array[];
}

/**
 * Reads a PKCS#12 file (RFC 7292) under a password. forge takes it apart and judges nothing; whether key and certificate
 * belong together is for the platform's own cryptography. It needs the password as a string: call it in a process
 * that ends afterwards (K-10).
 */
export function readP12(
  file: Uint8Array,
  password: string,
): Result<P12Content, { code: P12Problem }> {
  const pfx = quietly(() => asn1.fromDer(binaryOf(file), false));
  const mac = pfx && quietly(() => checkMac(pfx, password));
  if (!pfx || mac === undefined) return err({ code: 'softwareKey.file-unusable' });
  if (!mac) return err({ code: 'softwareKey.password-wrong' });
  const opened = openBags(pfx, password);
  return opened ? choose(opened) : err({ code: 'softwareKey.file-unusable' });
}

/** Undefined for what forge cannot take apart: it throws at every stranger's byte. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

const binaryOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytesOf = (binary: string): Buffer => Buffer.from(binary, 'latin1');
const derOf = (node: forge.asn1.Asn1): Buffer => bytesOf(asn1.toDer(node).getBytes());

const child = (node: forge.asn1.Asn1 | undefined, ...path: readonly number[]): forge.asn1.Asn1 => {
  const found = path.reduce<unknown>(
    (at, index) => (at as forge.asn1.Asn1 | undefined)?.value[index],
    node,
  );
  if (typeof found !== 'object' || found === null) throw new Error('not a PFX');
  return found as forge.asn1.Asn1;
};

/** The bytes of an octet string; BER writes long ones in pieces. */
const octets = ({ value }: forge.asn1.Asn1): string =>
  typeof value === 'string' ? value : value.map(octets).join('');

/** RFC 7292 appendix B.3: what a derived key is for. */
const MAC_KEY = 3 as unknown as Parameters<typeof pkcs12.generateKey>[2];

const macHashes = {
  '1.3.14.3.2.26': { node: 'sha1', forge: md.sha1, bytes: 20 },
  '2.16.840.1.101.3.4.2.1': { node: 'sha256', forge: md.sha256, bytes: 32 },
  '2.16.840.1.101.3.4.2.2': { node: 'sha384', forge: md.sha384, bytes: 48 },
  '2.16.840.1.101.3.4.2.3': { node: 'sha512', forge: md.sha512, bytes: 64 },
} as const;

/**
 * RFC 7292 §5.1: whether the password is the file's; a file without this check is refused by throwing. Done apart from
 * forge's own, which takes one spelling of the password for everything (see `openBags`).
 */
function checkMac(pfx: forge.asn1.Asn1, password: string): boolean {
  const digestInfo = child(pfx, 2, 0);
  const algorithm = asn1.derToOid(octets(child(digestInfo, 0, 0)));
  const hash = macHashes[algorithm as keyof typeof macHashes];
  const salt = util.createBuffer(octets(child(pfx, 2, 1)));
  const iterations = child(pfx, 2).value[2];
  const rounds =
    typeof iterations === 'object' ? parseInt(util.bytesToHex(octets(iterations)), 16) : 1;
  const key = pkcs12.generateKey(password, salt, MAC_KEY, rounds, hash.bytes, hash.forge.create());
  const content = octets(child(pfx, 1, 1, 0));
  const found = createHmac(hash.node, bytesOf(key.getBytes())).update(content, 'latin1').digest();
  return found.equals(bytesOf(octets(child(digestInfo, 1))));
}

interface Bags {
  readonly keys: readonly Buffer[];
  readonly certificates: readonly Buffer[];
}

/**
 * The old schemes of PKCS#12 spell the password as UTF-16, PBES2 (RFC 8018) as UTF-8: forge hands the same string to
 * both, so what does not open the one way is tried the other. The MAC has said that it is right.
 */
function openBags(pfx: forge.asn1.Asn1, password: string): Bags | undefined {
  const bare = { ...pfx, value: (pfx.value as forge.asn1.Asn1[]).slice(0, 2) };
  for (const spelling of new Set([util.encodeUtf8(password), password])) {
    const bags = quietly(() => readBags(pkcs12.pkcs12FromAsn1(bare, false, spelling)));
    if (bags) return bags;
  }
  return undefined;
}

function readBags({ safeContents }: forge.pkcs12.Pkcs12Pfx): Bags {
  const bags = safeContents.flatMap(({ safeBags }) => safeBags);
  const isKey = (type: string): boolean =>
    type === pki.oids['keyBag'] || type === pki.oids['pkcs8ShroudedKeyBag'];
  return {
    keys: bags
      .filter(({ type }) => isKey(type))
      .map(({ key, asn1: other }) =>
        derOf(key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : other),
      ),
    certificates: bags
      .filter(({ type }) => type === pki.oids['certBag'])
      .map(({ cert, asn1: other }) => derOf(cert ? pki.certificateToAsn1(cert) : other)),
  };
}

/** One key and the certificate of that very key, strong enough to sign (K-14). */
function choose({ keys, certificates }: Bags): Result<P12Content, { code: P12Problem }> {
  const [der, another] = keys;
  if (another) return err({ code: 'softwareKey.several-keys' });
  const key = der && quietly(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  der?.fill(0);
  const own = key && certificates.find((one) => isOf(one, key));
  const parsed = own && parseCertificate(own);
  if (!own || !parsed || parsed.isCa) return err({ code: 'softwareKey.key-missing' });
  const { type, bits } = parsed.key;
  const isStrong = (type === 'rsa' && bits >= 2048) || (type === 'ec' && bits >= 256);
  if (!isStrong) return err({ code: 'softwareKey.key-weak' });
  return ok({ key, certificate: own, others: certificates.filter((one) => one !== own) });
}

const isOf = (certificate: Buffer, key: KeyObject): boolean =>
  quietly(() => new X509Certificate(certificate).checkPrivateKey(key)) === true;
