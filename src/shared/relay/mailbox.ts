import type {
  Authority,
  Decision,
  Envelope,
  MailboxItem,
  RelayReply,
  RelayRequest,
} from '../protocol/relay-message';
import { entitledScopes } from '../sync/entitlement';
import type { Scope } from '../sync/record';

/** What a hub keeps, in the order in which it came. Each call is one durable transaction. */
export interface MailboxStore {
  /** Id of this mailbox: another one after it was put back or begun anew. */
  readonly mailbox: string;
  /**
   * Keeps what is not there yet; durable when it resolves.
   *
   * @param broughtBy the machine that asks; null for work that moves here from another hub
   */
  readonly keepEnvelopes: (
    envelopes: readonly Envelope[],
    broughtBy: string | null,
  ) => Promise<void>;
  /** Keeps a decision once in its timeline, if its envelope is here. */
  readonly keepDecisions: (decisions: readonly Decision[]) => Promise<void>;
  /**
   * Lines behind a place whose envelope lies in one of the scopes or was made by the device, oldest first: at least one when
   * there is any, at most `limit`, fewer when they are long.
   */
  readonly readAfter: (reading: Reading) => Promise<readonly MailboxItem[]>;
  readonly head: () => Promise<number>;
  /** Envelopes without a decision of the province's present timeline, oldest first: a restored one may have lost them. */
  readonly undecided: (timeline: string, limit: number) => Promise<readonly Envelope[]>;
}

export interface Reading {
  readonly after: number;
  readonly scopes: readonly Scope[];
  readonly deviceId: string;
  readonly limit: number;
}

/** Who asks, as the hub has proved by keys that the authority names. */
export interface RelaySession {
  readonly deviceId: string;
  /** Undefined for a machine at which nobody is signed in: it may bring its work and is handed nothing. */
  readonly userId: string | undefined;
}

export interface MailboxDeps {
  readonly store: MailboxStore;
  readonly authority: () => Authority;
  readonly isDecided: (decision: Decision) => boolean;
  readonly nowMs: () => number;
  readonly provinceHeardAt: () => number | null;
  /** Registers that this hub gives numbers of (`number-desk.ts` of the server). */
  readonly registers: () => Promise<readonly string[]>;
}

const LINES_AT_ONCE = 200;

/**
 * The hub (§20): keeps signed work of its office in the order in which it came, hands it to those who may see it, carries it
 * to the province. It reads nothing and decides nothing; what is final comes from the province, with its signature.
 */
export function createMailbox({
  store,
  authority,
  isDecided,
  nowMs,
  provinceHeardAt,
  registers,
}: MailboxDeps) {
  return {
    async exchange({ deviceId, userId }: RelaySession, request: RelayRequest): Promise<RelayReply> {
      const isMeant = request.mailbox === store.mailbox;
      // To another hub the machine has handed what comes before these: it begins anew with us, causes first.
      const kept = isMeant || request.mailbox === null ? request.envelopes : [];
      if (kept.length > 0) await store.keepEnvelopes(kept, deviceId);
      const after = isMeant ? request.after : 0;
      // First: what comes while the lines are read is behind it, and is read the next time.
      const head = await store.head();
      const items = await store.readAfter({
        after,
        scopes: scopesOf(authority(), userId),
        deviceId,
        limit: LINES_AT_ONCE,
      });
      return {
        mailbox: store.mailbox,
        relayed: kept.length,
        items,
        next: items.at(-1)?.seq ?? Math.max(head, after),
        head,
        isAuthorityOld: nowMs() > authority().validUntil,
        registers: await registers(),
        provinceHeardAt: provinceHeardAt(),
        serverTime: nowMs(),
      };
    },

    /** What the province said: kept when it bears its signature, whoever brought it (M-24). */
    decided: (decisions: readonly Decision[]): Promise<void> =>
      store.keepDecisions(decisions.filter(isDecided)),
  };
}

export type Mailbox = ReturnType<typeof createMailbox>;

/** The scopes of a person by what the province last said of the office (I-13). */
export function scopesOf(authority: Authority, userId: string | undefined): readonly Scope[] {
  const user = authority.users.find(({ id }) => id === userId);
  const own = authority.dossiers.filter(({ members }) => members.some((id) => id === userId));
  return entitledScopes(
    user,
    authority.officeId,
    own.map(({ id }) => id),
  );
}
