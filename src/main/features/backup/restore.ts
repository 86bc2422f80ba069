import type { ErrorCode } from '@shared/errors/catalogue';
import type { RestorableBackup } from '@shared/ipc/backup';
import { readRecoveryKey } from '@shared/kernel/recovery-key';
import { err, ok, type Failure, type Result } from '@shared/kernel/result';
import type { FilePort } from '../../platform/file-port';
import type { ServerClient } from '../../platform/server-client';
import { listHubBackups } from './copy-reader';
import { HubStoreFailed } from './hub-store';
import { findBackup, isWhole, listBackups, type FoundBackup } from './find-backup';
import type { BackupStore } from './backup-store';

/** A line to a hub that nobody here is joined to. */
export interface HubLine {
  readonly client: ServerClient;
  readonly close: () => void;
}

export interface RestoreDeps {
  readonly files: FilePort;
  readonly openHub: (code: string) => Result<HubLine>;
  /** What the line says is said of a hub, not of the province's server. */
  readonly inHubWords: (failure: Failure) => Failure;
  readonly nowMs: () => number;
}

/** What is said of a place whose backups the key does not open, or that holds no whole one. */
interface PlaceWords {
  readonly locked: ErrorCode;
  readonly damaged: ErrorCode;
}
const FOLDER_WORDS: PlaceWords = {
  locked: 'backup.wrong-recovery-key',
  damaged: 'backup.none-whole',
};
const HUB_WORDS: PlaceWords = {
  locked: 'backup.none-at-hub',
  damaged: 'backup.none-whole-at-hub',
};

/** The steps of a guided restore: where the backups are, which key opens one, which of them, then the act itself. */
export function createRestore({ files, openHub, inHubWords, nowMs }: RestoreDeps) {
  let places: readonly BackupStore[] = [];
  let hub: HubLine | undefined;
  let copies: readonly FoundBackup[] = [];
  let chosen: number | undefined;

  /** Nothing is chosen any more, and no connection to a hub stays open. */
  function close(): void {
    hub?.close();
    hub = undefined;
    places = [];
    forget();
  }

  function forget(): void {
    copies = [];
    chosen = undefined;
  }

  /** A hub that does not go on answering has failed in its own words. */
  async function withHubWords<T>(asked: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await asked();
    } catch (cause) {
      if (cause instanceof HubStoreFailed) return err(inHubWords(cause.failure));
      throw cause;
    }
  }

  async function openPlaces(
    recoveryKey: string,
    words: PlaceWords,
  ): Promise<Result<RestorableBackup>> {
    forget();
    const found = await findBackup(places, recoveryKey);
    if (found === 'locked' || found === 'damaged') return err({ code: words[found] });
    copies = found.copies;
    return describe(found.newestWhole, found.newestWhole > 0);
  }

  function describe(place: number, isNewerDamaged: boolean): Result<RestorableBackup> {
    const copy = copies[place];
    if (!copy) return err({ code: 'backup.none-there' });
    chosen = place;
    const { deviceName, officeName, people, createdAt, pending, rows } = copy.manifest;
    return ok({
      deviceName,
      officeName,
      people,
      createdAt,
      pending,
      rows,
      files: copy.manifest.files.length,
      copies: copies.map(({ manifest }) => ({
        createdAt: manifest.createdAt,
        pending: manifest.pending,
      })),
      chosen: place,
      isNewerDamaged,
    });
  }

  return {
    async choose(folder: string): Promise<Result<{ readonly backups: number }>> {
      close();
      places = await listBackups(files, folder).catch(() => []);
      return places.length > 0
        ? ok({ backups: places.length })
        : err({ code: 'backup.none-there' });
    },

    open: (recoveryKey: string): Promise<Result<RestorableBackup>> =>
      openPlaces(recoveryKey, FOLDER_WORDS),

    /** At the hub of this "mã kết nối trạm"; nobody is known there. */
    async openAtHub(code: string, typed: string): Promise<Result<RestorableBackup>> {
      close();
      const opened = openHub(code);
      if (!opened.ok) return opened;
      hub = opened.value;
      const { client } = hub;
      const found = await withHubWords(async () => {
        const reading = readRecoveryKey(typed);
        if (reading.state !== 'whole') return err({ code: HUB_WORDS.locked });
        const listed = await listHubBackups(client, reading.key, nowMs);
        if (!listed.ok) return err(inHubWords(listed.error));
        places = listed.value;
        return openPlaces(typed, HUB_WORDS);
      });
      if (!found.ok) close();
      return found;
    },

    /** Another of the copies that were opened; one that is not whole leaves the choice as it was. */
    pick: (place: number): Promise<Result<RestorableBackup>> =>
      withHubWords(async () => {
        const copy = copies[place];
        if (!copy) return err({ code: 'backup.none-there' });
        if (!(await isWhole(copy.folder, copy.manifest)))
          return err({ code: 'backup.copy-damaged' });
        return describe(place, false);
      }),

    /** What was chosen. */
    found: (): Result<FoundBackup> => {
      const copy = chosen === undefined ? undefined : copies[chosen];
      return copy ? ok(copy) : err({ code: 'backup.none-there' });
    },

    close,
  };
}
