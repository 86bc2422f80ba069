import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KnownTime } from '@shared/domain/register/lease-holder';
import { err, ok, type Result } from '@shared/kernel/result';
import {
  SignedAuthority,
  type Authority,
  type AuthorityReply,
  type Decision,
} from '@shared/protocol/relay-message';
import { fromBase64 } from '@shared/kernel/bytes';
import { isDecided, readAuthority } from '@shared/relay/signed';
import { writeSecret } from '../../embedded/cluster-folder';
import { verifyEd25519 } from '../../platform';

/** As it lies on the disk: with its signature, so that it is checked again at every start. */
const Held = z.object({ publicKey: z.string(), authority: SignedAuthority }).readonly();
type Held = z.infer<typeof Held>;

/**
 * What the province last said of the office (§20). Its key is the one that came first: an authority signed with another
 * key, of another office, or older than the held one changes nothing.
 */
export async function openAuthority(
  dataDir: string,
  officeId: string,
  clock: { readonly nowMs: () => number; readonly sinceBootMs: () => number },
) {
  const path = join(dataDir, 'hub-authority.json');
  const read = ({ publicKey, authority }: Held): Authority | undefined =>
    readAuthority(verifyEd25519, { publicKey: fromBase64(publicKey), officeId }, authority);
  let held = await readHeld(path);
  let authority = held && read(held);
  /** When this start heard the province, by a clock that nobody sets and that goes on while the machine sleeps. */
  let heardAt: number | undefined;

  return {
    /** Undefined before the province was first heard. */
    find: (): Authority | undefined => authority,
    get: (): Authority => {
      if (!authority) throw new Error('this hub has no authority');
      return authority;
    },
    /** The time as far as the province told it (§3.3): what numbers are dated with. */
    time: (): KnownTime => {
      const lastTrustedMs = authority?.issuedAt ?? 0;
      const since = heardAt === undefined ? null : clock.sinceBootMs() - heardAt;
      return {
        wallMs: clock.nowMs(),
        lastTrustedMs,
        trustedNowMs: since === null ? null : lastTrustedMs + since,
      };
    },
    /** Did the province of this hub sign it for this office (M-24)? */
    isDecided: (decision: Decision): boolean =>
      held !== undefined &&
      isDecided(verifyEd25519, { publicKey: fromBase64(held.publicKey), officeId }, decision),
    /** Keeps a newer one, durable when it resolves. */
    async take(reply: AuthorityReply): Promise<Result<Authority>> {
      const coming = { publicKey: reply.publicKey, authority: reply.authority };
      const isOfAnother = authority && held?.publicKey !== coming.publicKey;
      const said = isOfAnother ? undefined : read(coming);
      if (!said) return err({ code: 'server.invalid-answer' });
      if (authority && said.issuedAt <= authority.issuedAt) return ok(authority);
      await writeSecret(path, JSON.stringify(coming));
      held = coming;
      authority = said;
      heardAt = clock.sinceBootMs();
      return ok(said);
    },
  };
}

export type HubAuthority = Awaited<ReturnType<typeof openAuthority>>;

async function readHeld(path: string): Promise<Held | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Held.parse(JSON.parse(text));
}
