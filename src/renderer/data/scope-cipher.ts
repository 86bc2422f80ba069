import type { Bridge } from '@shared/ipc/contract';
import { fromBase64, fromUtf8, toBase64, utf8 } from '@shared/kernel/bytes';
import type { Scope } from '@shared/sync/record';
import { ask } from './bridge';

/** Where a sealed row stands; it opens only there. */
export interface SealedPlace {
  readonly scope: Scope;
  readonly type: string;
  readonly id: string;
  readonly rev: number;
}

/** Seals what is stored of restricted scopes, AES-256-GCM with a key for each scope (§7.3). */
export interface ScopeCipher {
  /** Base64 of a fresh 12-byte IV and the sealed text. */
  readonly seal: (place: SealedPlace, text: string) => Promise<string>;
  /** Throws for what was not sealed at this place with the scope's key. */
  readonly open: (place: SealedPlace, sealed: string) => Promise<string>;
  /** Forgets the key of a scope. */
  readonly drop: (scope: Scope) => void;
}

/** Keys come from main when they are first needed; the page holds them where no script can read them out. */
export function createScopeCipher(bridge: Bridge): ScopeCipher {
  const keys = new Map<Scope, Promise<CryptoKey>>();

  const keyOf = (scope: Scope): Promise<CryptoKey> => {
    const known = keys.get(scope);
    if (known) return known;
    const asked = importKey(bridge, scope);
    keys.set(scope, asked);
    // Main is asked again: the scope may be given back.
    asked.catch(() => keys.delete(scope));
    return asked;
  };

  return {
    async seal(place, text) {
      const key = await keyOf(place.scope);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const sealed = await crypto.subtle.encrypt(algorithm(iv, place), key, copyOf(utf8(text)));
      return toBase64(iv) + toBase64(new Uint8Array(sealed));
    },
    async open(place, sealed) {
      const key = await keyOf(place.scope);
      const iv = fromBase64(sealed.slice(0, IV_CHARACTERS));
      const bytes = fromBase64(sealed.slice(IV_CHARACTERS));
      const plain = await crypto.subtle.decrypt(algorithm(iv, place), key, bytes);
      return fromUtf8(new Uint8Array(plain));
    },
    drop: (scope) => void keys.delete(scope),
  };
}

/** Twelve bytes in base64. */
const IV_CHARACTERS = 16;

async function importKey(bridge: Bridge, scope: Scope): Promise<CryptoKey> {
  const answer = await ask(bridge, 'scopes.openKey', { scope });
  if (!answer.ok) throw new Error(`no key for a scope: ${answer.error.code}`);
  const bytes = copyOf(answer.value.key);
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  bytes.fill(0);
  return key;
}

const algorithm = (iv: Uint8Array<ArrayBuffer>, { scope, type, id, rev }: SealedPlace) => ({
  name: 'AES-GCM',
  iv,
  additionalData: copyOf(utf8([scope, type, id, rev].join('|'))),
});

/** WebCrypto takes bytes of a buffer of their own. */
const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
