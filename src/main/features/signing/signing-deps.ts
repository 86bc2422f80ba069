import type { Organ } from '@shared/domain/organ/organ';
import type { User } from '@shared/domain/organ/user';
import type { Clock } from '@shared/kernel/clock';
import type { FileHash } from '@shared/kernel/ids';
import type { Result } from '@shared/kernel/result';
import type { TextPage } from '@shared/pades/text-lines';
import type { OperationDraft } from '@shared/sync/operation';
import type { LogDep } from '../../platform/log';
import type { FontFiles } from './pades-job';
import type { PadesWorker } from './pades-worker-pool';
import type { SigningDesk } from './signing-desk';
import type { SigningLog } from './signing-log';
import type { Stamper } from './stamper';
import type { TokenPort } from './token-port';
import type { TrustStore } from './trust-store';

/** Files of this machine by hash, whole or not at all. */
export interface SigningFiles {
  /** Fetches it first when it is not here. */
  readonly read: (sha256: FileHash) => Promise<Result<Uint8Array<ArrayBuffer>>>;
  /** Durable when it resolves. */
  readonly put: (bytes: Uint8Array) => Promise<Result<FileHash>>;
}

/** The clock as the server last saw it, to refuse a signature with a wrong time (corrections.md item 10). */
export interface ClockEvidence {
  readonly isOnline: boolean;
  /** Milliseconds that this machine's clock is ahead of the server's; undefined before any contact. */
  readonly aheadMs: number | undefined;
  /** The server's time at the last contact: the clock can never be before it. */
  readonly notBeforeMs: number | undefined;
}

export interface SigningDeps extends LogDep {
  readonly desk: SigningDesk;
  readonly files: SigningFiles;
  readonly pades: PadesWorker;
  /** The text layer of a PDF; undefined where it cannot be read. */
  readonly readLayout: (bytes: Uint8Array) => Promise<readonly TextPage[] | undefined>;
  readonly token: TokenPort;
  readonly trust: TrustStore;
  /** Opens it for a batch; undefined where no timestamping authority is set. */
  readonly openStamper: ((trustPem: readonly string[]) => Stamper) | undefined;
  readonly signingLog: SigningLog;
  readonly fonts: () => Promise<FontFiles>;
  readonly clock: Clock;
  readonly clockEvidence: () => ClockEvidence;
  readonly person: () => { readonly user: User; readonly organs: readonly Organ[] } | undefined;
  /** Saves acts; durable when it resolves. */
  readonly append: (drafts: readonly OperationDraft[]) => Promise<Result<unknown>>;
  readonly window: SigningWindow;
}

/** The signing window as main steers it. */
export interface SigningWindow {
  /** Opens it, or brings it to the front. */
  readonly show: () => void;
  readonly close: () => void;
  /** Tells it to ask again. */
  readonly announce: () => void;
}
