import type { z } from 'zod';
import type { ErrorCode } from '../../errors/catalogue';
import type { Agency } from '../../domain/organ/organ';
import type { SoftwareKeyPolicy } from '../../domain/signing/software-keys';
import type { User } from '../../domain/organ/user';
import type { EntryPlace } from '../../domain/register/accept-entry';
import type { RegisterChange } from '../../domain/register/number-queue';
import type { Sha256 } from '../../kernel/bytes';
import type { JsonObject } from '../../kernel/canonical-json';
import type { LocalDate } from '../../kernel/local-date';
import type {
  IntakeServices,
  LockedRegister,
  OtherDevice,
  ReadProof,
  RecordReference,
} from '../intake-store';
import type { Operation } from '../operation';
import type { OutboxMessage } from '../outbox-message';
import type { Scope, ServerRecord } from '../record';

/** What an act may look at when the server decides it: rows locked in this transaction, nothing else. */
export interface DecisionContext {
  readonly operation: Operation;
  readonly actor: User;
  /** Where the target lies; the office's scope for a new record. */
  readonly scope: Scope;
  /** Today in Vietnam by the server's clock. */
  readonly today: LocalDate;
  /** This instant by the server's clock, ISO in UTC. */
  readonly now: string;
  readonly records: ReadonlyMap<string, ServerRecord>;
  /** Entries of the office's directory that the act asked for, by code. */
  readonly agencies: ReadonlyMap<string, Agency>;
  readonly register: LockedRegister | undefined;
  /** What the register has at the number that the act is about; undefined when it names none. */
  readonly place: EntryPlace | undefined;
  /** The machine besides the author's that the act is about. */
  readonly device: OtherDevice | undefined;
  readonly verify: IntakeServices['verify'];
  /** Name of the machine the act was done on. */
  readonly deviceName: string;
  /** Latest civil date a holder's entry can have: today, ten minutes after now (sync §9.6). */
  readonly latestDate: LocalDate;
  readonly sha256: Sha256;
  readonly readProof: ReadProof;
  /** What the province allows this office now. */
  readonly softwareKeys: SoftwareKeyPolicy;
  /** The certificate that the act asked about is registered in this office, or waits for that. */
  readonly isKnownCertificate: boolean;
  /** Id of the record that shows a row of a book. */
  readonly entryRecordId: (registerId: string, number: number) => string;
  /** A name-based id: the same operation and name give the same id on every node. */
  readonly derivedId: (name: string) => string;
}

/** New content of a record; the intake gives it its revision and its place in the feed. */
export interface RecordChange {
  readonly type: ServerRecord['type'];
  readonly id: string;
  readonly content: JsonObject;
  /** Where the record lies from now on; by default where it lies, and the office's scope for a new one. */
  readonly scope?: Scope;
  /** A draft that is deleted: it leaves every projection, and only an edit that comes late brings it back (§6.6). */
  readonly isDeleted?: boolean;
}

export type Decision =
  | {
      readonly status: 'accepted';
      readonly changes: readonly RecordChange[];
      /** What the act does to the register; stored in the same transaction (§9.3). */
      readonly register?: RegisterChange;
      /** Conflict records among `changes`, when values were merged (§8). */
      readonly conflicts: readonly string[];
      /** Messages to other offices: written in the same transaction, delivered after it (§12.5). */
      readonly deliveries?: readonly OutboxMessage[];
      /** Files that another record than the target may be read with; by default the operation's, with its target. */
      readonly fileLinks?: FileLinks;
    }
  | { readonly status: 'rejected'; readonly code: ErrorCode };

/** Who may see the record may read the files, once one of the devices has shown their bytes (I-13). */
export interface FileLinks {
  readonly recordId: string;
  readonly files: readonly string[];
  /** By default those that made and brought the operation. */
  readonly devices?: readonly string[];
}

export const rejected = (code: ErrorCode): Decision => ({ status: 'rejected', code });

/**
 * One kind of operation on one type of record: what it needs locked, how the server decides it, and what the screen
 * shows of it meanwhile.
 */
export interface Act<Body> {
  readonly body: z.ZodType<Body>;
  /** Records besides the target, and the register, to be locked before `decide`; directory entries to be read. */
  readonly needs: (
    body: Body,
    target: ServerRecord | undefined,
  ) => {
    readonly records?: readonly RecordReference[];
    readonly registerId?: string;
    /** The number of that register which the act is about. */
    readonly number?: number;
    readonly agencyCodes?: readonly string[];
    /** A certificate that is not to have two records. */
    readonly thumbprint?: string;
    /** Another machine of the office. */
    readonly device?: { readonly deviceId: string; readonly inc: number };
  };
  readonly decide: (body: Body, context: DecisionContext) => Decision;
  /** The record's content as the screen shows it before the server has answered. */
  readonly preview: (
    content: JsonObject | null,
    body: Body,
    operation: Operation,
  ) => JsonObject | null;
}

/** Keeps the body's type inside an act and forgets it outside. */
export interface AnyAct {
  readonly parse: (body: JsonObject) =>
    | {
        readonly needs: (target: ServerRecord | undefined) => ReturnType<Act<never>['needs']>;
        readonly decide: (context: DecisionContext) => Decision;
        readonly preview: (content: JsonObject | null, operation: Operation) => JsonObject | null;
      }
    | undefined;
}

export function defineAct<Body>(act: Act<Body>): AnyAct {
  const bind = (raw: JsonObject): ReturnType<AnyAct['parse']> => {
    const parsed = act.body.safeParse(raw);
    if (!parsed.success) return undefined;
    const body = parsed.data;
    return {
      needs: (target) => act.needs(body, target),
      decide: (context) => act.decide(body, context),
      preview: (content, operation) => act.preview(content, body, operation),
    };
  };
  /** A screen previews the same work again and again; nobody changes a body in place. */
  const bound = new WeakMap<JsonObject, { readonly act: ReturnType<AnyAct['parse']> }>();
  return {
    parse: (raw) => {
      const known = bound.get(raw) ?? { act: bind(raw) };
      bound.set(raw, known);
      return known.act;
    },
  };
}

/** Farthest instant that a date can hold, milliseconds from the epoch (ECMA-262, time values). */
const LAST_INSTANT_MS = 8.64e15;

/** The moment of an act by the workstation's clock, however wrong that clock is: evidence, never an order (I-17). */
export const instantOf = ({ at }: Operation): string =>
  new Date(Math.max(-LAST_INSTANT_MS, Math.min(LAST_INSTANT_MS, at.wall))).toISOString();
