import { createHash } from 'node:crypto';
import type { Handle, PKCS11 } from 'pkcs11js';
import { toHex } from '@shared/kernel/bytes';
import { ck } from './pkcs11-constants';

/** A certificate as it lies on the token. */
export interface StoredCertificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly thumbprint: string;
  /** CKA_ID: what binds it to its private key. */
  readonly id: Uint8Array;
}

const MAX_OBJECTS = 256;

/** Every X.509 certificate that the token shows in this session, in its own order. */
export function readCertificates(library: PKCS11, session: Handle): readonly StoredCertificate[] {
  const found = findObjects(library, session, [
    { type: ck.CKA_CLASS, value: ck.CKO_CERTIFICATE },
    { type: ck.CKA_CERTIFICATE_TYPE, value: ck.CKC_X_509 },
  ]);
  return found.map((object) => {
    const [value, id] = library.C_GetAttributeValue(session, object, [
      { type: ck.CKA_VALUE },
      { type: ck.CKA_ID },
    ]);
    const der = bytesOf(value?.value);
    return {
      der,
      thumbprint: toHex(createHash('sha256').update(der).digest()),
      id: bytesOf(id?.value),
    };
  });
}

/** The private key of a certificate; undefined when the token has none. Most tokens show it after the login only. */
export function findPrivateKey(
  library: PKCS11,
  session: Handle,
  id: Uint8Array,
): { readonly key: Handle; readonly asksEachTime: boolean } | undefined {
  const [key] = findObjects(library, session, [
    { type: ck.CKA_CLASS, value: ck.CKO_PRIVATE_KEY },
    { type: ck.CKA_ID, value: Buffer.from(id) },
  ]);
  return key && { key, asksEachTime: readAlwaysAuthenticate(library, session, key) };
}

/** CKA_ALWAYS_AUTHENTICATE (K-12); older drivers do not know it, which means no. */
function readAlwaysAuthenticate(library: PKCS11, session: Handle, key: Handle): boolean {
  try {
    const [flag] = library.C_GetAttributeValue(session, key, [
      { type: ck.CKA_ALWAYS_AUTHENTICATE },
    ]);
    return bytesOf(flag?.value)[0] === 1;
  } catch {
    return false;
  }
}

type Template = Parameters<PKCS11['C_FindObjectsInit']>[1];

function findObjects(library: PKCS11, session: Handle, template: Template): readonly Handle[] {
  library.C_FindObjectsInit(session, template);
  try {
    return library.C_FindObjects(session, MAX_OBJECTS);
  } finally {
    library.C_FindObjectsFinal(session);
  }
}

/** A plain Uint8Array of its own: a Buffer may share its memory with others. */
const bytesOf = (value: unknown): Uint8Array<ArrayBuffer> =>
  value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array(0);
