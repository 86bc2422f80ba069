import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { fromHex, fromUtf8, utf8, type Sha256 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import {
  AuthorityReply,
  type Authority,
  type Decision,
  type Envelope,
} from '@shared/protocol/relay-message';
import { fromBase64 } from '@shared/kernel/bytes';
import {
  openEnvelope,
  sealOperation,
  type RelayCipher,
  type ScopeKey,
} from '@shared/relay/envelope';
import { isDecided, readAuthority, type Verify } from '@shared/relay/signed';
import { signedBytes, type Operation } from '@shared/sync/operation';
import { userScope, type Scope } from '@shared/sync/record';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { Box } from '../../platform/keyring';

const SecretsFile = z.object({ version: z.literal(1), reply: AuthorityReply });

export interface RelaySecretsDeps {
  readonly folder: string;
  readonly box: Box;
  readonly cipher: RelayCipher;
  readonly sha256: Sha256;
  readonly verify: Verify;
  readonly person: () => { readonly userId: string; readonly officeId: string } | undefined;
  /** `GET /relay/authority` of the province. */
  readonly fetch: () => Promise<Result<AuthorityReply>>;
}

/** What a person's machine was last told. */
interface Held {
  readonly userId: string;
  readonly publicKey: Uint8Array;
  readonly authority: Authority;
  readonly reply: AuthorityReply;
}

/**
 * What the signed-in person needs to pass work around the province (§20): the province's public key, who works at the
 * office, and the relay keys of their own scopes; in one sealed file a person, fetched again at each good contact.
 */
export function createRelaySecrets(deps: RelaySecretsDeps) {
  let held: Held | undefined;

  /** Undefined for what this province did not sign for this office: nothing of it is used. */
  function understood(reply: AuthorityReply): Held | undefined {
    const person = deps.person();
    if (!person) return undefined;
    const publicKey = fromBase64(reply.publicKey);
    // The key that was told first stays: whoever answers later cannot put another in its place.
    if (held?.userId === person.userId && held.reply.publicKey !== reply.publicKey)
      return undefined;
    const authority = readAuthority(
      deps.verify,
      { publicKey, officeId: person.officeId },
      reply.authority,
    );
    return authority && { userId: person.userId, publicKey, authority, reply };
  }

  const current = (): Held | undefined =>
    held?.userId === deps.person()?.userId ? held : undefined;

  const keyOf = (scope: Scope, epoch?: number) =>
    current()?.reply.keys.findLast(
      (one) => one.scope === scope && (epoch === undefined || one.epoch === epoch),
    );

  /** Of the scope; without a key of it that of its author alone, whom nobody else reads. */
  const keyFor = ({ actor }: Operation, scope: Scope): ScopeKey | undefined => {
    const found = keyOf(scope) ?? keyOf(userScope(actor));
    return found && { ...found, key: fromBase64(found.key) };
  };

  const isSigned = (operation: Operation): boolean =>
    isSignedBy(
      { userId: operation.actor, deviceId: operation.dev },
      signedBytes(operation),
      fromHex(operation.sig),
    );

  /** By an operation key that the province knows of this person on this machine. */
  const isSignedBy = (
    who: { readonly userId: string; readonly deviceId: string },
    bytes: Uint8Array,
    signature: Uint8Array,
  ): boolean =>
    (current()?.authority.userKeys ?? []).some(
      ({ userId, deviceId, publicKey }) =>
        userId === who.userId &&
        deviceId === who.deviceId &&
        deps.verify(fromBase64(publicKey), bytes, signature),
    );

  return {
    /** Reads what this person's machine was last told. */
    async open(userId: string): Promise<void> {
      held = undefined;
      const sealed = await readIfThere(join(deps.folder, `${userId}.bin`));
      const opened = sealed && deps.box.open(sealed);
      const parsed = opened ? SecretsFile.safeParse(JSON.parse(fromUtf8(opened))) : undefined;
      if (parsed?.success && deps.person()?.userId === userId) held = understood(parsed.data.reply);
    },

    close(): void {
      held = undefined;
    },

    /** Asks the province again; durable when it resolves well. */
    async refresh(): Promise<Result<void>> {
      const reply = await deps.fetch();
      if (!reply.ok) return reply;
      const next = understood(reply.value);
      if (!next) return err({ code: 'server.invalid-answer' });
      const file: z.infer<typeof SecretsFile> = { version: 1, reply: next.reply };
      const sealed = deps.box.seal(utf8(JSON.stringify(file)));
      await writeDurably(join(deps.folder, `${next.userId}.bin`), sealed);
      if (deps.person()?.userId === next.userId) held = next;
      return ok(undefined);
    },

    /** Which keys are here, by name. */
    keyNames: (): readonly string[] =>
      (current()?.reply.keys ?? []).map(({ scope, epoch }) => `${scope}/${epoch}`),
    authority: (): Authority | undefined => current()?.authority,
    isSignedBy,
    /** Every key that this person was given. */
    keys: (): readonly ScopeKey[] =>
      (current()?.reply.keys ?? []).map(({ key, ...one }) => ({ ...one, key: fromBase64(key) })),
    /** The newest key of a scope, or the one of an epoch; 32 bytes. */
    keyOf: (scope: Scope, epoch?: number) => {
      const found = keyOf(scope, epoch);
      return found && { scope, epoch: found.epoch, key: fromBase64(found.key) };
    },

    /** Sealed for those of the scope; without a key of it for nobody but its author and the province. */
    seal(operation: Operation, scope: Scope): Envelope | undefined {
      const key = keyFor(operation, scope);
      return key && sealOperation(deps, operation, key, randomBytes(12));
    },
    keyFor,

    /** The operation inside, when this person has the key and its author, as the province knows them, signed it. */
    read(envelope: Envelope): Operation | undefined {
      const found = keyOf(envelope.scope, envelope.epoch);
      const operation = found && openEnvelope(deps, envelope, fromBase64(found.key));
      return operation && isSigned(operation) ? operation : undefined;
    },

    isDecided: (decision: Decision): boolean => {
      const now = current();
      return (
        now !== undefined &&
        isDecided(
          deps.verify,
          { publicKey: now.publicKey, officeId: now.authority.officeId },
          decision,
        )
      );
    },
  };
}

export type RelaySecrets = ReturnType<typeof createRelaySecrets>;
