import { z } from 'zod';
import { localDateAt, type LocalDate } from '@shared/kernel/local-date';
import type { Admin } from '../../sync-server/src/features/admin/admin-service';
import type { Database } from '../../sync-server/src/db/queryable';
import type { DemoPki } from '../../test/support/demo-pki';
import { createMigrationDevice } from './migration-device';
import { createDemoSigning, type DemoSigning } from './demo-signing';
import { planIncoming } from './papers/incoming-papers';
import { planOutgoing } from './papers/outgoing-papers';
import { renderPaper } from './papers/render-paper';
import { printPapers } from './print-papers';
import { agencyCodeOf, DEMO_PASSWORD, demoOffice, paperId, type DemoOffice } from './province';
import { isIncomingDone, seedIncoming, type IncomingWork } from './seed-incoming';
import { isOutgoingDone, seedOutgoing, type OutgoingWork } from './seed-outgoing';

/** Papers of one commune. */
interface Share {
  readonly office: 'a' | 'b';
  readonly incoming: number;
  readonly outgoing: number;
}

/** 300 incoming and 120 outgoing over the two communes. */
const demoShares: readonly Share[] = [
  { office: 'a', incoming: 180, outgoing: 70 },
  { office: 'b', incoming: 120, outgoing: 50 },
];

export interface SeedDocumentsOptions {
  /** Of a running server that knows the demo province. */
  readonly serverAddress: string;
  readonly admin: Admin;
  /** The server's database: only asked what is there already. */
  readonly db: Database;
  /** Issues the certificates that the papers of the past are signed with. */
  readonly pki: DemoPki;
  readonly shares?: readonly Share[];
  readonly today?: LocalDate;
  readonly progress?: (line: string) => void;
}

export interface SeededDocuments {
  /** Papers that were not there before. */
  readonly incoming: number;
  readonly outgoing: number;
  /** PDFs that were printed now; the others lay in the cache. */
  readonly printed: number;
  readonly seconds: number;
}

/**
 * Puts the demo province's papers into a server through its protocol: a device of each commune enrols, its people sign
 * in, files go up in chunks, acts are chained and signed. What is there already is left alone, and a seeding that was cut
 * goes on where it stopped.
 *
 * @returns undefined where there is no browser to print the papers with
 */
export async function seedDocuments(
  options: SeedDocumentsOptions,
): Promise<SeededDocuments | undefined> {
  const startedAt = performance.now();
  const { shares = demoShares, today = localDateAt(Date.now()) } = options;
  const works: OfficeWork[] = [];
  for (const share of shares) {
    const work = await planOffice(options.db, share, today);
    if (!isDone(work)) works.push(work);
  }
  const pages = new Map(
    works.flatMap(({ incoming, outgoing }) =>
      [...incoming, ...outgoing].map(({ plan }) => [plan.key, renderPaper(plan.paper)] as const),
    ),
  );
  const printed = await printPapers(pages);
  if (!printed) return undefined;
  options.progress?.(`${pages.size} papers, ${printed.fresh} of them printed now`);
  // Making keys takes a second or two: only when something is to be signed.
  const signing =
    works.length > 0
      ? createDemoSigning({ pki: options.pki, register: options.admin.upsertSigningCertificate })
      : undefined;
  if (signing) {
    const means = { files: printed.files, signing };
    // All come to their end, also when one fails: nothing goes on behind the caller's back.
    const ends = await Promise.allSettled(works.map((work) => seedOffice(options, work, means)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
  return {
    incoming: countNew(works.flatMap(({ incoming }) => incoming)),
    outgoing: countNew(works.flatMap(({ outgoing }) => outgoing)),
    printed: printed.fresh,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** One line for whoever started it. */
export const describeSeeded = (seeded: SeededDocuments | undefined): string =>
  seeded
    ? `${seeded.incoming} incoming and ${seeded.outgoing} outgoing papers added (${seeded.printed} printed) in ${seeded.seconds.toFixed(0)} s`
    : 'no browser to print papers with: the province starts without them';

const countNew = (works: readonly { readonly known: unknown }[]): number =>
  works.filter(({ known }) => known === undefined).length;

interface OfficeWork {
  readonly demo: DemoOffice;
  readonly incoming: readonly IncomingWork[];
  readonly outgoing: readonly OutgoingWork[];
}

/** What is to be there, beside what is. */
async function planOffice(db: Database, share: Share, today: LocalDate): Promise<OfficeWork> {
  const demo = demoOffice(share.office);
  const { office, people } = demo;
  const place = {
    placeName: office.placeName,
    level: office.name.startsWith('Phường') ? ('phường' as const) : ('xã' as const),
  };
  const incoming = planIncoming({ office: share.office, place, count: share.incoming, today });
  const outgoing = planOutgoing({
    office: share.office,
    place,
    count: share.outgoing,
    today,
    nameOf: (login) => people.find((one) => one.login === login)?.fullName ?? login,
    codeOf: (name) => agencyCodeOf(office, name),
  });
  const known = await knownRecords(db, office.id);
  const work = <T extends { readonly key: string }>(plan: T) => {
    const id = paperId(plan.key);
    return { plan, id, known: known.get(id) };
  };
  return { demo, incoming: incoming.map(work), outgoing: outgoing.map(work) };
}

/** Whatever people did with the papers since then is theirs: only an unfinished seeding goes on. */
const isDone = ({ incoming, outgoing }: OfficeWork): boolean =>
  incoming.every(isIncomingDone) && outgoing.every(isOutgoingDone);

const Row = z.object({ id: z.string(), content: z.record(z.string(), z.json()) });

async function knownRecords(
  db: Database,
  officeId: string,
): Promise<ReadonlyMap<string, z.infer<typeof Row>['content']>> {
  const { rows } = await db.query(
    `select id, content from record
      where office_id = $1 and type in ('incomingDocument', 'outgoingDocument')`,
    [officeId],
  );
  return new Map(
    rows.map((row) => {
      const { id, content } = Row.parse(row);
      return [id, content] as const;
    }),
  );
}

async function seedOffice(
  { serverAddress, admin, progress }: SeedDocumentsOptions,
  { demo, incoming, outgoing }: OfficeWork,
  means: { readonly files: ReadonlyMap<string, Uint8Array>; readonly signing: DemoSigning },
): Promise<void> {
  const device = await createMigrationDevice({
    serverAddress,
    code: await admin.createActivationCode(demo.office.id),
    deviceName: 'Máy chuyển dữ liệu',
  });
  const logins = new Set(outgoing.flatMap(({ plan }) => [plan.drafter, plan.checker, plan.signer]));
  for (const login of [...logins, 'vanthu']) await device.signIn(login, DEMO_PASSWORD);
  await seedIncoming({ device, demo, works: incoming, files: means.files });
  progress?.(`${demo.office.name}: ${incoming.length} incoming`);
  await seedOutgoing({ device, demo, works: outgoing, ...means });
  progress?.(`${demo.office.name}: ${outgoing.length} outgoing`);
}
