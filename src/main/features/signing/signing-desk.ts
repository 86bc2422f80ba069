import { join } from 'node:path';
import { z } from 'zod';
import { CertifiedCopy } from '@shared/domain/document/certified-copy';
import { type Appendix, OutgoingDocument } from '@shared/domain/document/outgoing-document';
import { SigningCertificate } from '@shared/domain/signing/signing-certificate';
import { softwareKeyPolicyOf, type SoftwareKeyPolicy } from '@shared/domain/signing/software-keys';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { JsonObject } from '@shared/kernel/canonical-json';
import { TargetType, type Operation } from '@shared/sync/operation';
import { projectRecord, type OverlayOperation } from '@shared/sync/project';
import { bucketOf, Scope, type LentState, type Page, type Repair } from '@shared/sync/record';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { Box } from '../../platform/keyring';

const DeskRecord = z
  .object({ type: TargetType, id: z.uuid(), scope: Scope, rev: z.int(), content: JsonObject })
  .readonly();
type DeskRecord = z.infer<typeof DeskRecord>;

const DeskFile = z.object({
  /** 2: drafts too; a desk of before is filled anew. */
  version: z.literal(2),
  cursors: z.record(Scope, z.int().nonnegative()),
  records: z.array(DeskRecord),
});

/**
 * States of a document on its way to a signature, a number, a seal or its dispatch; from the first draft on, for a
 * colleague's unconfirmed act may bring it to the leader (§20).
 */
const underway: ReadonlySet<unknown> = new Set([
  'duThao',
  'choDonVi',
  'traLai',
  'choTheThuc',
  'choKy',
  'daKy',
  'daCapSo',
  'daDongDau',
]);

/** A copy that waits for its number or for the organ's signature. */
const waitingCopy: ReadonlySet<unknown> = new Set(['choCapSo', 'daCapSo']);

const belongsHere = (type: TargetType, content: JsonObject): boolean =>
  type === 'signingCertificate' ||
  type === 'office' ||
  (type === 'outgoingDocument' && underway.has(content['state'])) ||
  (type === 'certifiedCopy' && content['to'] === 'dienTu' && waitingCopy.has(content['state']));

interface HeldAppendix {
  readonly documentId: string;
  readonly document: OutgoingDocument;
  readonly appendix: Appendix;
}

export interface SigningDeskDeps {
  readonly folder: string;
  readonly box: Box;
  /** What is not confirmed of a record: work of the signed-in person, and colleagues' that they may see. */
  readonly overlayOf: (id: string) => readonly OverlayOperation[];
  /** Records that such work lies upon. */
  /** What a bundle brought of a record that the server has not told of (§20). */
  readonly lentOf?: (id: string) => LentState | undefined;
  readonly overlaid: () => readonly Operation['target'][];
}

/**
 * What main itself knows of documents that wait to be signed and of registered certificates, so that the page can name
 * a document and nothing more. It takes the very pages that the projection stores, each before the projection
 * does, and keeps the little that matters in one sealed file a person.
 */
export function createSigningDesk({ folder, box, overlayOf, overlaid, lentOf }: SigningDeskDeps) {
  let path: string | undefined;
  let cursors = new Map<string, number>();
  let records = new Map<string, DeskRecord>();

  const keep = async (): Promise<void> => {
    if (path === undefined) return;
    const file: z.infer<typeof DeskFile> = {
      version: 2,
      cursors: Object.fromEntries(cursors),
      records: [...records.values()],
    };
    await writeDurably(path, box.seal(utf8(JSON.stringify(file))));
  };

  /** With own and colleagues' waiting acts upon it; also what the server has not told of. */
  function viewAt<T>(id: string, type: TargetType, schema: z.ZodType<T>): T | undefined {
    const held = records.get(id) ?? { type, id, scope: '' };
    if (held.type !== type) return undefined;
    const server =
      'rev' in held
        ? { rev: held.rev, content: held.content, seq: 0, hash: '', mark: '', counted: '' }
        : undefined;
    return schema.safeParse(projectRecord(held, server, overlayOf(id), lentOf?.(id))?.view).data;
  }
  const documentAt = (id: string) => viewAt(id, 'outgoingDocument', OutgoingDocument);
  const copyAt = (id: string) => viewAt(id, 'certifiedCopy', CertifiedCopy);
  const listOf = <T>(find: (id: string) => T | undefined): readonly (readonly [string, T])[] =>
    [...new Set([...records.keys(), ...overlaid().map(({ id }) => id)])].flatMap((id) => {
      const found = find(id);
      return found === undefined ? [] : [[id, found] as const];
    });

  return {
    /** The person's desk as it was last left; an unreadable one is empty, and is filled anew. */
    async open(userId: string): Promise<void> {
      const own = join(folder, `${userId}.bin`);
      const sealed = await readIfThere(own);
      const opened = sealed && box.open(sealed);
      const parsed = opened ? DeskFile.safeParse(JSON.parse(fromUtf8(opened))) : undefined;
      // All at once: a page that comes while this file is read must not put one person's records on another's desk.
      path = own;
      cursors = new Map(Object.entries(parsed?.success ? parsed.data.cursors : {}));
      records = new Map((parsed?.success ? parsed.data.records : []).map((one) => [one.id, one]));
    },

    close(): void {
      path = undefined;
      cursors = new Map();
      records = new Map();
    },

    /** Scopes of which the projection holds more than this desk has seen, first loads counted: they are to be read anew. */
    behind: (held: ReadonlyMap<Scope, { readonly seq: number }>): readonly Scope[] =>
      [...held].flatMap(([scope, { seq }]) => (seq > (cursors.get(scope) ?? -1) ? [scope] : [])),

    /** Durable when it resolves. Taking a page twice changes nothing. */
    async take({ scope, entries, next }: Page): Promise<void> {
      if (next <= (cursors.get(scope) ?? 0) && entries.length === 0) return;
      for (const { id, type, rev, content } of entries) {
        if (content !== null && belongsHere(type, content)) {
          records.set(id, { type, id, scope, rev, content });
        } else if (content !== null || records.get(id)?.scope === scope) {
          records.delete(id);
        }
      }
      cursors.set(scope, Math.max(next, cursors.get(scope) ?? 0));
      await keep();
    },

    /** Buckets of a scope as the server holds them: what is not listed is no longer there. */
    async repair({ scope, buckets, entries }: Repair): Promise<void> {
      const open = new Set(buckets);
      for (const [id, record] of records) {
        if (record.scope === scope && open.has(bucketOf(id))) records.delete(id);
      }
      for (const { id, type, rev, content } of entries) {
        if (content !== null && belongsHere(type, content)) {
          records.set(id, { type, id, scope, rev, content });
        }
      }
      await keep();
    },

    async forget(scopes: readonly Scope[]): Promise<void> {
      const gone = new Set(scopes);
      for (const scope of gone) cursors.delete(scope);
      for (const [id, { scope }] of records) if (gone.has(scope)) records.delete(id);
      await keep();
    },

    /** A document that waits, with this person's own acts upon it; undefined when main knows of none. */
    findDocument: documentAt,

    /** A copy into electronic form that waits (S-9). */
    findCopy: copyAt,

    /** An appendix of a document that waits, by its own id. */
    findAppendix(id: string): HeldAppendix | undefined {
      for (const [documentId, document] of listOf(documentAt)) {
        const appendix = document.appendices.find((one) => one.id === id);
        if (appendix) return { documentId, document, appendix };
      }
      return undefined;
    },

    listDocuments: () => listOf(documentAt),
    listCopies: () => listOf(copyAt),
    /** A record as the server last told it. */
    toldOf: (id: string): LentState | undefined => {
      const held = records.get(id);
      return held && { rev: held.rev, content: held.content };
    },

    /** Revision that the server last told, for the base of an act. */
    revisionOf: (id: string): number | null => records.get(id)?.rev ?? lentOf?.(id)?.rev ?? null,

    /** What the province lets this office sign with (as far as this machine has heard). */
    softwareKeys: (): SoftwareKeyPolicy =>
      softwareKeyPolicyOf([...records.values()].find(({ type }) => type === 'office')?.content),

    listCertificates: (): readonly SigningCertificate[] =>
      [...records.values()].flatMap(({ type, content }) => {
        const parsed =
          type === 'signingCertificate' ? SigningCertificate.safeParse(content) : undefined;
        return parsed?.success ? [parsed.data] : [];
      }),
  };
}

export type SigningDesk = ReturnType<typeof createSigningDesk>;
