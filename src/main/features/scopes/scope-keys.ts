import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { FileHash, type UserId } from '@shared/kernel/ids';
import { filesIn } from '@shared/sync/files-in';
import { isRestricted, Scope, type FeedEntry, type Page } from '@shared/sync/record';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { Box } from '../../platform/keyring';

const ScopeKey = z.object({
  /** 32 bytes, base64. */
  key: z.base64(),
  /** Files that each record of the scope names, by the record's id (M-9). */
  files: z.record(z.uuid(), z.array(FileHash)),
});

const KeyFile = z.object({
  version: z.literal(1),
  scopes: z.record(Scope, ScopeKey),
  /** Files of purged scopes, and of records that left one, that have not been removed yet. */
  leaving: z.array(FileHash),
});
type KeyFile = z.infer<typeof KeyFile>;

const emptyFile = (): KeyFile => ({ version: 1, scopes: {}, leaving: [] });

export interface ScopeKeysDeps {
  readonly folder: string;
  readonly box: Box;
}

/**
 * A key for each restricted scope of a person, in one sealed file a person (§7.3): what the page stores of such a scope
 * is unreadable from the moment its key is gone. Beside each key stand the files that the scope's records name, so that
 * a purge that was cut off still finds them.
 */
export function createScopeKeys({ folder, box }: ScopeKeysDeps) {
  let path: string | undefined;
  let held = emptyFile();
  /** One change at a time: each is on disk before the next begins. */
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };

  async function keep(next: KeyFile): Promise<void> {
    if (path === undefined) return;
    await writeDurably(path, box.seal(utf8(JSON.stringify(next))));
    held = next;
  }

  async function read(file: string): Promise<KeyFile> {
    const sealed = await readIfThere(file);
    const opened = sealed && box.open(sealed);
    const parsed = opened ? KeyFile.safeParse(JSON.parse(fromUtf8(opened))) : undefined;
    return parsed?.success ? parsed.data : emptyFile();
  }

  const withKey = (file: KeyFile, scope: Scope): z.infer<typeof ScopeKey> =>
    file.scopes[scope] ?? { key: randomBytes(32).toString('base64'), files: {} };

  /** Files that records of restricted scopes name, of everybody who works on this machine. */
  async function namedFiles(): Promise<ReadonlySet<FileHash>> {
    const names = await readdir(folder).catch(() => []);
    const sealed = names.filter((name) => name.endsWith('.bin')).map((name) => join(folder, name));
    const files = await Promise.all(
      sealed.map(async (file) => (file === path ? held : read(file))),
    );
    return new Set(
      files.flatMap(({ scopes }) =>
        Object.values(scopes).flatMap((scope) => Object.values(scope.files).flat()),
      ),
    );
  }

  return {
    /** The person's keys; an unreadable file counts as none, and its scopes are read from the server again. */
    open: (userId: UserId): Promise<void> =>
      inTurn(async () => {
        const own = join(folder, `${userId}.bin`);
        if (path === own) return;
        held = await read(own);
        path = own;
      }),

    close: (): Promise<void> =>
      inTurn(async () => {
        path = undefined;
        held = emptyFile();
      }),

    /** Scopes that have a key. */
    scopes: (): readonly Scope[] => Object.keys(held.scopes),

    /** Restricted scopes in which a record of this id lies; none for a record of the office. */
    scopesOf: (id: string): readonly Scope[] =>
      Object.entries(held.scopes).flatMap(([scope, { files }]) => (files[id] ? [scope] : [])),

    /** Restricted scopes that the page claims to hold and whose key is lost: nothing of them can be read any more. */
    missing: (cursors: Iterable<Scope>): readonly Scope[] =>
      [...cursors].filter((scope) => isRestricted(scope) && !held.scopes[scope]),

    /** The key of a scope, 32 bytes; made and flushed first if `mayCreate` says so, else undefined. */
    keyOf: (scope: Scope, mayCreate: () => boolean): Promise<Uint8Array<ArrayBuffer> | undefined> =>
      inTurn(async () => {
        if (path === undefined || !isRestricted(scope)) return undefined;
        if (!held.scopes[scope]) {
          if (!mayCreate()) return undefined;
          await keep({ ...held, scopes: { ...held.scopes, [scope]: withKey(held, scope) } });
        }
        const key = held.scopes[scope]?.key;
        return key === undefined ? undefined : new Uint8Array(Buffer.from(key, 'base64'));
      }),

    /** Remembers which files the records of a restricted scope name, before the page stores them. */
    take: ({ scope, entries }: Pick<Page, 'scope' | 'entries'>): Promise<void> =>
      inTurn(async () => {
        if (!isRestricted(scope) || entries.length === 0) return;
        const own = withKey(held, scope);
        const gone = new Set(entries.flatMap(({ id, content }) => (content === null ? [id] : [])));
        const kept = Object.entries(own.files).filter(([id]) => !gone.has(id));
        const come = entries.filter(({ content }) => content !== null).map(namedBy);
        const files = Object.fromEntries([...kept, ...come]);
        await keep({ ...held, scopes: { ...held.scopes, [scope]: { ...own, files } } });
      }),

    /** Destroys keys, durable when it resolves; the files of their records wait to be removed. */
    destroy: (scopes: readonly Scope[]): Promise<void> =>
      inTurn(async () => {
        const gone = scopes.filter((scope) => held.scopes[scope]);
        if (gone.length === 0) return;
        const files = gone.flatMap((scope) =>
          Object.values(held.scopes[scope]?.files ?? {}).flat(),
        );
        const kept = Object.entries(held.scopes).filter(([scope]) => !gone.includes(scope));
        await keep({
          ...held,
          scopes: Object.fromEntries(kept),
          leaving: [...new Set([...held.leaving, ...files])],
        });
      }),

    /** Files of records that left this person's sight wait to be removed, as those of purged scopes do. */
    leave: (files: readonly FileHash[]): Promise<void> =>
      inTurn(() => keep({ ...held, leaving: [...new Set([...held.leaving, ...files])] })),

    /**
     * Removes the files of purged scopes and of records that left (M-9): not what is pinned, which waits until it is not, and not what a record
     * of another restricted scope names. What the office names too is fetched again when it is opened.
     */
    removeFiles: (deps: RemoveFilesDeps): Promise<void> =>
      inTurn(async () => {
        if (held.leaving.length === 0) return;
        const named = await namedFiles();
        const waiting: FileHash[] = [];
        for (const file of held.leaving) {
          if (named.has(file)) continue;
          if (deps.isPinned(file)) waiting.push(file);
          else await deps.remove(file);
        }
        await keep({ ...held, leaving: waiting });
      }),
  };
}

export interface RemoveFilesDeps {
  /** The only whole copy lies here, or unfinished work of this machine names it. */
  readonly isPinned: (file: FileHash) => boolean;
  readonly remove: (file: FileHash) => Promise<void>;
}

export type ScopeKeys = ReturnType<typeof createScopeKeys>;

const namedBy = ({ id, content }: FeedEntry): readonly [string, FileHash[]] => [
  id,
  filesIn(content),
];
