import { z } from 'zod';
import {
  Envelope,
  MailboxItem,
  type Decision,
  type OperationPlace,
} from '@shared/protocol/relay-message';
import { placeKey } from '@shared/relay/envelope';
import type { MailboxStore } from '@shared/relay/mailbox';
import type { Scope } from '@shared/sync/record';
import type { Database, Queryable } from '../../db/queryable';
import { inTransaction } from '../../db/transaction';

/** Of what waits for the province one machine may have brought so much: ten times the busiest office's month (I-22). */
const MOST_BROUGHT = { lines: 20_000, bytes: 512 * 1024 * 1024 } as const;

/** Lines in one answer; a workstation reads 8 MiB. */
const BYTES_AT_ONCE = 2 * 1024 * 1024;

export interface HubMailboxStore extends MailboxStore {
  /** Envelopes behind a place without a decision of the province's present timeline, oldest first. */
  readonly undecidedAfter: (
    timeline: string,
    after: number,
    limit: number,
  ) => Promise<readonly UndecidedLine[]>;
  /** Has this machine brought as much as it may until the province has decided of it? */
  readonly isFullFor: (deviceId: string) => Promise<boolean>;
  /** How many envelopes have no decision of the province's present timeline. */
  readonly waiting: (timeline: string) => Promise<number>;
  /** Does an envelope of this device name the file in this scope? */
  readonly namesFile: (naming: {
    readonly deviceId: string;
    readonly sha256: string;
    readonly scope: Scope;
  }) => Promise<boolean>;
  /** Forgets what was decided before an instant; what waits for the province stays for ever. */
  readonly forgetDecided: (before: Date) => Promise<number>;
}

export interface UndecidedLine {
  readonly seq: number;
  readonly envelope: Envelope;
}

export interface PostgresMailboxDeps {
  readonly db: Database;
  readonly mailbox: string;
  readonly nowMs: () => number;
}

/** The hub's mailbox on PostgreSQL: durable before it answers, its places given in the order of the commits. */
export function postgresMailbox({ db, mailbox, nowMs }: PostgresMailboxDeps): HubMailboxStore {
  const keep = (tx: Queryable, head: number, lines: readonly NewLine[]): Promise<void> =>
    addLines(tx, head, lines, new Date(nowMs()));
  const undecidedAfter = async (
    timeline: string,
    after: number,
    limit: number,
  ): Promise<readonly UndecidedLine[]> => {
    const { rows } = await db.query(
      `select seq, body from hub_line
        where kind = 'envelope' and decided_in is distinct from $3 and seq > $1
        order by seq limit $2`,
      [after, limit, timeline],
    );
    return rows.map((row) => {
      const { seq, body } = EnvelopeRow.parse(row);
      return { seq, envelope: body };
    });
  };

  return {
    mailbox,
    keepEnvelopes: (envelopes, broughtBy) =>
      inTransaction(db, async (tx) => {
        const head = await lockHead(tx);
        const known = await knownPlaces(tx, 'envelope', envelopes);
        const lines = unique(envelopes)
          .filter((one) => !known.has(placeKey(one)))
          .map((body) => ({
            kind: 'envelope' as const,
            scope: body.scope,
            files: body.files,
            timeline: '',
            broughtBy,
            body,
          }));
        await keep(tx, head, lines);
      }),
    keepDecisions: (decisions) =>
      inTransaction(db, async (tx) => {
        const head = await lockHead(tx);
        const scopes = await knownPlaces(tx, 'envelope', decisions);
        const known = await knownDecisions(tx, decisions);
        const once = new Map(decisions.map((body) => [decisionKey(body), body]));
        const lines = [...once].flatMap(([key, body]) => {
          const scope = scopes.get(placeKey(body));
          const { timeline } = body;
          if (scope === undefined || known.has(key)) return [];
          return [{ kind: 'decision' as const, scope, files: [], timeline, broughtBy: null, body }];
        });
        await keep(tx, head, lines);
        await markDecided(tx, lines);
      }),
    readAfter: async ({ after, scopes, deviceId, limit }) => {
      const { rows } = await db.query(
        `select seq, kind, body from (
           select seq, kind, body,
                  sum(octet_length(body::text)) over (order by seq) - octet_length(body::text) as before
             from hub_line where seq > $1 and (scope = any($2::text[]) or dev = $3)
            order by seq limit $4) as line
          where before < $5 order by seq`,
        [after, scopes, deviceId, limit, BYTES_AT_ONCE],
      );
      return rows.map(itemFrom);
    },
    head: () => readHead(db, ''),
    undecided: async (timeline, limit) =>
      (await undecidedAfter(timeline, 0, limit)).map(({ envelope }) => envelope),
    undecidedAfter,
    isFullFor: async (deviceId) => {
      const { rows } = await db.query(
        `select count(*)::int as lines, coalesce(sum(bytes), 0)::float8 as bytes from hub_line
          where brought_by = $1 and kind = 'envelope' and decided_in is null`,
        [deviceId],
      );
      const { lines, bytes } = BroughtRow.parse(rows[0]);
      return lines >= MOST_BROUGHT.lines || bytes >= MOST_BROUGHT.bytes;
    },
    waiting: async (timeline) => {
      const { rows } = await db.query(
        `select count(*)::int as count from hub_line
          where kind = 'envelope' and decided_in is distinct from $1`,
        [timeline],
      );
      return z.object({ count: z.int() }).parse(rows[0]).count;
    },
    namesFile: async ({ deviceId, sha256, scope }) => {
      const { rows } = await db.query(
        `select from hub_line
          where files @> array[$1] and scope = $2 and dev = $3 and kind = 'envelope' limit 1`,
        [sha256, scope, deviceId],
      );
      return rows.length > 0;
    },
    forgetDecided: async (before) => {
      const { rowCount } = await db.query(
        `delete from hub_line using hub_line as decision
          where decision.kind = 'decision' and decision.kept_at < $1
            and hub_line.hash = decision.hash and hub_line.dev = decision.dev
            and hub_line.inc = decision.inc and hub_line.n = decision.n`,
        [before],
      );
      return rowCount;
    },
  };
}

interface NewLine {
  readonly kind: 'envelope' | 'decision';
  readonly scope: Scope;
  readonly files: readonly string[];
  readonly timeline: string;
  readonly broughtBy: string | null;
  readonly body: Envelope | Decision;
}

// node-postgres gives int8 as string.
const Seq = z.coerce.number().int();
const EnvelopeRow = z.object({ seq: Seq, body: Envelope });
const BroughtRow = z.object({ lines: z.int(), bytes: z.number() });
const HeadRow = z.object({ seq: Seq });
const LineRow = z.object({ seq: Seq, kind: z.enum(['envelope', 'decision']), body: z.unknown() });
const PlaceRow = z.object({
  dev: z.string(),
  inc: z.int(),
  n: z.int(),
  hash: z.string(),
  scope: z.string(),
});

const DecisionRow = PlaceRow.extend({ timeline: z.string() });

const itemFrom = (row: unknown): MailboxItem => {
  const { seq, kind, body } = LineRow.parse(row);
  return MailboxItem.parse({ seq, kind, [kind]: body });
};

const unique = <T extends OperationPlace>(places: readonly T[]): readonly T[] => [
  ...new Map(places.map((place) => [placeKey(place), place])).values(),
];

async function readHead(db: Queryable, lock: '' | 'for update'): Promise<number> {
  const { rows } = await db.query(`select seq from hub_head ${lock}`);
  return HeadRow.parse(rows[0]).seq;
}

/** Until the transaction ends nobody else adds lines. */
const lockHead = (tx: Queryable): Promise<number> => readHead(tx, 'for update');

/** Scopes of the lines of one kind that are here already, by place. */
async function knownPlaces(
  tx: Queryable,
  kind: NewLine['kind'],
  places: readonly OperationPlace[],
): Promise<ReadonlyMap<string, Scope>> {
  const { rows } = await tx.query(
    'select dev, inc, n, hash, scope from hub_line where hash = any($1::text[]) and kind = $2',
    [places.map(({ hash }) => hash), kind],
  );
  const known = rows.map((row) => PlaceRow.parse(row));
  return new Map(known.map((place) => [placeKey(place), place.scope]));
}

const decisionKey = (decision: OperationPlace & { readonly timeline: string }): string =>
  `${placeKey(decision)} ${decision.timeline}`;

async function knownDecisions(
  tx: Queryable,
  decisions: readonly Decision[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query(
    `select dev, inc, n, hash, scope, timeline from hub_line
      where hash = any($1::text[]) and kind = 'decision'`,
    [decisions.map(({ hash }) => hash)],
  );
  return new Set(rows.map((row) => decisionKey(DecisionRow.parse(row))));
}

async function addLines(
  tx: Queryable,
  head: number,
  lines: readonly NewLine[],
  keptAt: Date,
): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line, at) => {
    const { dev, inc, n, hash } = line.body;
    return { ...line, seq: head + at + 1, dev, inc, n, hash };
  });
  await tx.query(
    `insert into hub_line
       (seq, kind, dev, inc, n, hash, scope, files, timeline, kept_at, brought_by, bytes, body)
     select seq, kind, dev, inc, n, hash, scope, array(select json_array_elements_text(files)), timeline, $2,
            "broughtBy", octet_length(body::text), body
       from json_to_recordset($1::json) as line (
         seq bigint, kind text, dev uuid, inc int, n int, hash text, scope text, files json, timeline text,
         "broughtBy" uuid, body json)`,
    [JSON.stringify(rows), keptAt],
  );
  await tx.query('update hub_head set seq = $1', [head + lines.length]);
}

async function markDecided(tx: Queryable, lines: readonly NewLine[]): Promise<void> {
  const places = lines.map(({ timeline, body: { dev, inc, n, hash } }) => ({
    dev,
    inc,
    n,
    hash,
    timeline,
  }));
  await tx.query(
    `update hub_line set decided_in = place.timeline
       from json_to_recordset($1::json) as place (dev uuid, inc int, n int, hash text, timeline text)
      where hub_line.kind = 'envelope' and hub_line.hash = place.hash and hub_line.dev = place.dev
        and hub_line.inc = place.inc and hub_line.n = place.n`,
    [JSON.stringify(places)],
  );
}
