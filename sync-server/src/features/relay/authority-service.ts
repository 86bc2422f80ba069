import type { User } from '@shared/domain/organ/user';
import type { Authority, AuthorityReply, RelayKey } from '@shared/protocol/relay-message';
import { authorityText } from '@shared/relay/signed';
import { scopesOf } from '@shared/relay/mailbox';
import { entitledScopes } from '@shared/sync/entitlement';
import { dossierOf, type Scope } from '@shared/sync/record';
import type { Database } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';
import { postgresLeaseStore } from '../registers/register-repository';
import type { AuthenticatedSession } from '../session/session-service';
import { listUsers } from '../session/user-repository';
import { deviceKind, epochOf, readDevices, readDossiers } from './authority-repository';
import { readTimeline } from '../health/server-state';
import type { RelayKeys } from './relay-keys';

/** Days that an authority is good for: as long as a person may sign in without a line (§3.1). */
const AUTHORITY_DAYS = 30;

export interface AuthorityDeps {
  readonly db: Database;
  readonly keys: RelayKeys;
  readonly nowMs: () => number;
}

/**
 * What an office needs to go on without the province (§20): its people, machines and keys, signed and dated; to a person
 * besides it the keys of their own scopes, to the hub who is a member of what, and no key at all.
 */
export function createAuthorities({ db, keys, nowMs }: AuthorityDeps) {
  return (session: AuthenticatedSession): Promise<AuthorityReply> =>
    inTransaction(db, async (tx) => {
      const { officeId } = session;
      const kind = await deviceKind(tx, session);
      const dossiers = await readDossiers(tx, officeId);
      const authority: Authority = {
        version: 1,
        officeId: officeId as Authority['officeId'],
        // Of now: a recovery may have begun since this node started.
        timeline: await readTimeline(tx),
        issuedAt: nowMs(),
        validUntil: nowMs() + AUTHORITY_DAYS * 86_400_000,
        users: await listUsers(tx, officeId),
        ...(await readDevices(tx, officeId)),
        dossiers: kind === 'hub' ? dossiers : [],
      };
      const text = JSON.stringify(authority);
      const whole = { ...authority, dossiers };
      const given: RelayKey[] = [];
      for (const scope of kind === 'hub' ? [] : scopesOf(whole, session.user?.id)) {
        const newest = await epochOf(tx, officeId, scope, membersOf(whole, scope));
        for (let epoch = 1; epoch <= newest; epoch++)
          given.push({
            scope,
            epoch,
            key: Buffer.from(keys.keyOf(scope, epoch)).toString('base64'),
          });
      }
      return {
        publicKey: keys.publicKey,
        authority: { text, sig: keys.sign(authorityText(text)) },
        keys: given,
        leases: kind === 'hub' ? await postgresLeaseStore(tx).sendLeases(officeId, session) : [],
      };
    });
}

export type Authorities = ReturnType<typeof createAuthorities>;

/** Everybody who may see a scope now, in a fixed order. */
function membersOf({ users, dossiers, officeId }: Authority, scope: Scope): readonly string[] {
  const dossier = dossiers.find(({ id }) => id === dossierOf(scope));
  const isMember = (user: User): boolean =>
    entitledScopes(
      user,
      officeId,
      dossier?.members.some((id) => id === user.id) ? [dossier.id] : [],
    ).includes(scope);
  return users
    .filter(isMember)
    .map(({ id }) => id)
    .toSorted();
}
