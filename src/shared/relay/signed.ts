import type { ErrorCode } from '../errors/catalogue';
import { fromHex, utf8 } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { Authority, type Decision, type SignedAuthority } from '../protocol/relay-message';

/** Ed25519 by a key in SPKI DER. */
export type Verify = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;

/** What the province signs of a decision: nothing that is signed for another purpose, or for another office, looks like it. */
export const decisionText = (officeId: string, decision: Omit<Decision, 'sig'>): Uint8Array => {
  const { dev, inc, n, hash, timeline, outcome } = decision;
  const said = { officeId, dev, inc, n, hash, timeline, outcome };
  return utf8(`tram-cong-vu decision ${canonicalJson(said)}`);
};

export const authorityText = (text: string): Uint8Array => utf8(`tram-cong-vu authority ${text}`);

/** What becomes of work whose machine was disabled or fenced before the province had it. */
export const OF_A_STOPPED_DEVICE = {
  status: 'rejected',
  code: 'operation.device-stopped' satisfies ErrorCode,
} as const;

/** Did the province decide this for this office? A hub that answers for it is not believed (M-24). */
export const isDecided = (
  verify: Verify,
  { publicKey, officeId }: { readonly publicKey: Uint8Array; readonly officeId: string },
  decision: Decision,
): boolean => verify(publicKey, decisionText(officeId, decision), fromHex(decision.sig));

/** The authority inside, when the province signed it for this office; its date is the caller's to judge. */
export function readAuthority(
  verify: Verify,
  { publicKey, officeId }: { readonly publicKey: Uint8Array; readonly officeId: string },
  { text, sig }: SignedAuthority,
): Authority | undefined {
  if (!verify(publicKey, authorityText(text), fromHex(sig))) return undefined;
  const parsed = Authority.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.officeId === officeId ? parsed.data : undefined;
}
