import { z } from 'zod';
import { AttachedFile } from '../domain/document/incoming-document';
import { Office, Organ } from '../domain/organ/organ';
import { Role, User } from '../domain/organ/user';
import { PlacesOrigin } from '../domain/signing/places-origin';
import { GateFinding } from '../domain/signing/gate-finding';
import { PreparedField } from '../domain/signing/prepared-field';
import { SigningPicture, Thumbprint } from '../domain/signing/signing-certificate';
import { CheckedReport } from '../domain/signing/verification-report';
import { VisualReport } from '../domain/signing/visual-comparison';
import { JsonObject } from '../kernel/canonical-json';
import { FileHash, UserId, Uuid } from '../kernel/ids';
import type { Result } from '../kernel/result';
import { OperationDraft, OpKind, TargetType } from '../sync/operation';
import { ProjectionBatch } from '../sync/project';
import {
  ActivationCodeReply,
  DevicesReply,
  DisableReply,
  DisableRequest,
} from '../domain/organ/devices';
import { Witness, WITNESSES_AT_ONCE } from '../sync/witness';
import { Scope } from '../sync/record';
import { ScopeCursor } from '../sync/record';
import { SyncStatus } from '../sync/status';
import { Standing } from '../sync/unreceived';
import { BackupStatus, RestorableBackup } from './backup';
import { BundleMade, BundleProgress, BundleRequest, BundleTaken } from './bundle';
import { call, type CallSpec } from './call';
import type { Channel, EventName } from './channels';
import { DeviceCheck } from './device-check';
import { MovedWork } from '../domain/organ/hub-host';
import { HubHostView, HubView, PeerWorkView } from './hub';
import { HeldRegister } from './registers';
import { ProofJob, SigningIntent } from './signing-contract';
import { TrustStatus } from './trust-status';

/** Where the workstation stands between first start and work. */
export const SessionState = z
  .object({
    /**
     * `journalDamaged`: nothing is opened until a person asks for the repair (sync §4.2). `wiped`: the province had
     * everything removed (§7.2), and the page removes what it stored.
     */
    phase: z.enum([
      'wiped',
      'journalDamaged',
      'needsPassphrase',
      'notEnrolled',
      'signedOut',
      'signedIn',
    ]),
    /** False when the system keeps no keys safely, so that the app asked for a passphrase (architecture.md §9). */
    keyringAvailable: z.boolean(),
    /** Whether a passphrase has been chosen already. */
    passphraseChosen: z.boolean(),
    serverAddress: z.string().nullable(),
    deviceName: z.string().nullable(),
    office: Office.nullable(),
    /** Everyone who signed in on this machine before, for the sign-in page. */
    knownUsers: z
      .array(z.object({ login: z.string(), fullName: z.string(), position: z.string() }).readonly())
      .readonly(),
    /** The signed-in person; `offline` when the password was checked on this machine only. */
    current: z
      .object({
        user: User,
        office: Office,
        organs: z.array(Organ).readonly(),
        /** Name of this user's local database. */
        projectionName: z.string(),
        offline: z.boolean(),
      })
      .readonly()
      .nullable(),
  })
  .readonly();
export type SessionState = z.infer<typeof SessionState>;

export const AppDescription = z
  .object({
    version: z.string(),
    /** `electron` or `stand-in`. */
    runtime: z.string(),
    /** Where the data lies, for support; shown on the about page only. */
    dataFolder: z.string(),
    /** Today in Vietnam by the workstation's clock. */
    today: z.string(),
    /** A demonstration or training: every page says so (O-6). */
    isDemo: z.boolean(),
  })
  .readonly();

/** An act of the signed-in user as the lists of pending and attention work show it (§15). */
export const WorkItem = z
  .object({
    opId: z.uuid(),
    n: z.int().positive(),
    inc: z.int().positive(),
    kind: OpKind,
    target: z.object({ type: TargetType, id: z.uuid() }).readonly(),
    body: z.record(z.string(), z.json()),
    /** Instant by the workstation's clock. */
    at: z.string(),
    state: z.enum(['pending', 'rejected', 'held']),
    code: z.string().nullable(),
    actor: UserId,
    role: Role,
  })
  .readonly();
export type WorkItem = z.infer<typeof WorkItem>;

/** A file that now lies encrypted on this machine, ready to be named in an act. */
export const ImportedFile = z
  .object({ file: AttachedFile, pageCount: z.int().positive().nullable() })
  .readonly();
export type ImportedFile = z.infer<typeof ImportedFile>;

export const contract = {
  'app.describe': call(z.undefined(), AppDescription),
  /** Answers the announcement `app.closing`: the last typed letter is kept, the window may go. */
  'app.readyToClose': call(z.undefined(), z.undefined()),
  /** Something typed is not saved: the person is asked, and the window waits for them. */
  'app.stayOpen': call(z.undefined(), z.undefined()),
  'session.describe': call(z.undefined(), SessionState),
  'session.checkServer': call(
    z.object({ address: z.string().max(500) }).readonly(),
    z.object({ address: z.string(), version: z.string() }).readonly(),
  ),
  'session.enrol': call(
    z
      .object({
        address: z.string().max(500),
        code: z.string().max(64),
        deviceName: z.string().min(1).max(100),
      })
      .readonly(),
    SessionState,
  ),
  /** Chooses the passphrase the first time, gives it at every later start; only without a system keyring. */
  'session.unlock': call(
    z.object({ passphrase: z.string().min(8).max(256) }).readonly(),
    SessionState,
  ),
  /** Keeps the damaged files aside and goes on from what is readable. */
  'session.repairJournal': call(z.undefined(), SessionState),
  'session.signIn': call(
    z.object({ login: z.string().min(1).max(64), password: z.string().min(1).max(256) }).readonly(),
    SessionState,
  ),
  'session.signOut': call(z.undefined(), SessionState),
  /** This machine's history forked: it goes on as a new incarnation (sync §13.3). Needs the line. */
  'session.enrolAgain': call(
    z.object({ login: z.string().min(1).max(64), password: z.string().min(1).max(256) }).readonly(),
    SessionState,
  ),
  /**
   * Answers after the flush: from here on the act is `saved`. All drafts are saved, or none. Refused acts that they
   * replace leave the attention list in the same flush, and stay there when nothing is saved.
   */
  'operations.append': call(
    z
      .object({
        drafts: z.array(OperationDraft).min(1).max(500).readonly(),
        replaces: z.array(Uuid).max(500).readonly().optional(),
      })
      .readonly(),
    z
      .object({
        saved: z.array(z.object({ opId: z.uuid(), n: z.int().positive() }).readonly()).readonly(),
      })
      .readonly(),
  ),
  'operations.list': call(z.undefined(), z.array(WorkItem).readonly()),
  /** The user has dealt with a rejected or held act; it leaves the attention list, never the journal. */
  'operations.dismiss': call(z.object({ opId: z.uuid() }).readonly(), z.undefined()),
  /** Own acts that an earlier incarnation of this machine left without an answer (sync §13.3), oldest first. */
  'unreceived.list': call(
    z.undefined(),
    z.object({ items: z.array(WorkItem).readonly(), ofOthers: z.int().nonnegative() }).readonly(),
  ),
  /** Asks the server what it has of them. */
  'unreceived.compare': call(
    z.undefined(),
    z.array(z.object({ opId: z.uuid(), standing: Standing }).readonly()).readonly(),
  ),
  /** Makes the same act again, under this incarnation; the old one leaves the list in the same flush. */
  'unreceived.sendAgain': call(z.object({ opId: z.uuid() }).readonly(), z.undefined()),
  /** Rows of an unfinished batch; null = removed. Answers after the flush, so that they outlive the page's storage. */
  'workbench.saveRows': call(
    z
      .object({
        rows: z
          .array(z.object({ rowId: Uuid, row: JsonObject.nullable() }).readonly())
          .min(1)
          .max(500)
          .readonly(),
      })
      .readonly(),
    z.undefined(),
  ),
  /** The rows of the signed-in person as the journal keeps them. */
  'workbench.listRows': call(
    z.undefined(),
    z.array(z.object({ rowId: z.string(), row: JsonObject }).readonly()).readonly(),
  ),
  /** Takes a file from the page in numbered chunks of at most 1 MiB; it stays in memory until the detector has seen it. */
  'files.beginImport': call(
    z
      .object({
        name: z.string().min(1).max(255),
        sizeBytes: z.int().nonnegative(),
        role: AttachedFile.unwrap().shape.role,
        /** The statement of van-ban.md §6.2(1), given for this file or for the form it belongs to. */
        notSecretConfirmed: z.literal(true),
      })
      .readonly(),
    z.object({ importId: z.uuid() }).readonly(),
  ),
  'files.importChunk': call(
    z
      .object({
        importId: z.uuid(),
        index: z.int().nonnegative(),
        data: z.instanceof(Uint8Array).refine((data) => data.length <= 1024 * 1024),
      })
      .readonly(),
    z.undefined(),
  ),
  'files.finishImport': call(z.object({ importId: z.uuid() }).readonly(), ImportedFile),
  /** Makes sure that a file is on this machine, fetching it when there is a line; then `content/<sha256>` reads it. */
  'files.fetch': call(
    z.object({ sha256: FileHash }).readonly(),
    z.object({ sizeBytes: z.int() }).readonly(),
  ),
  /** Main asks where to save; `saved` is false when the user thought better of it. */
  'files.saveCopy': call(
    z
      .object({
        sha256: FileHash,
        name: z.string().min(1).max(200),
        /** Only so many bytes from the start: the file as an earlier signature signed it (V-15). */
        firstBytes: z.int().positive().optional(),
      })
      .readonly(),
    z.object({ saved: z.boolean() }).readonly(),
  ),
  /** Makes a PDF of a .docx draft that lies in the content store. */
  'files.convertDraft': call(
    z.object({ sha256: FileHash, name: z.string().max(200) }).readonly(),
    ImportedFile,
  ),
  /**
   * Opens the signing window on these documents. An id and an intent, never bytes or digests: main knows the files
   * itself, and the window shows them.
   */
  'signing.begin': call(
    z
      .strictObject({
        intent: SigningIntent,
        documentIds: z.array(z.uuid()).min(1).max(200).readonly(),
      })
      .readonly(),
    z.undefined(),
  ),
  /** Adds the fields for number, date, signature and seal to the PDF that will be signed (S-9). */
  'signing.prepareFields': call(
    z
      .object({
        file: AttachedFile,
        /** The fields of an earlier answer, where a person moved them. */
        moved: z.array(PreparedField).max(8).readonly().optional(),
      })
      .readonly(),
    z
      .object({
        file: AttachedFile,
        origin: PlacesOrigin,
        fields: z.array(PreparedField).readonly(),
      })
      .readonly(),
  ),
  /** Judges the signatures of a file by what is at hand; what lacks data is judged again later (V-13, V-14). */
  'signing.verify': call(z.object({ sha256: FileHash }).readonly(), CheckedReport),
  /** Draws what was signed and the file as it is, and tells the pages that differ (V-10). Takes a while. */
  'signing.compare': call(z.object({ sha256: FileHash }).readonly(), VisualReport),
  /** What speaks against a PDF as the digitised form of a paper; nothing when it is fit (VB038). */
  'signing.checkDigitised': call(
    z.object({ sha256: FileHash }).readonly(),
    z.array(GateFinding).readonly(),
  ),
  /** What is plugged in, and what is wrong with it; never logs in (K-17). */
  'signing.checkDevices': call(z.undefined(), DeviceCheck),
  /** Opens the signing window, which takes the PIN, to try a token or to ask that its certificate be registered. */
  'signing.beginProof': call(
    z
      .strictObject({
        purpose: ProofJob.unwrap().shape.purpose,
        thumbprint: Thumbprint,
        /** Null for the person themselves. */
        organId: Uuid.nullable(),
        picture: SigningPicture.nullable(),
      })
      .readonly(),
    z.undefined(),
  ),
  /** Main asks for the file and opens the signing window, which takes its password and the new PIN (K-10). */
  'signing.importKey': call(z.undefined(), z.undefined()),
  /** Opens the signing window for another PIN of a software key. */
  'signing.changeKeyPin': call(
    z.strictObject({ thumbprint: Thumbprint }).readonly(),
    z.undefined(),
  ),
  /** Takes a software key off this workstation; its certificate stays registered until it is withdrawn. */
  'signing.removeKey': call(z.strictObject({ thumbprint: Thumbprint }).readonly(), z.undefined()),
  /** The page has opened its database and holds this much; main answers how many records carry local work. */
  'trust.status': call(z.undefined(), TrustStatus),
  /** A person chooses the file; null when they thought better of it. */
  'trust.install': call(z.undefined(), TrustStatus.nullable()),
  /** Back to the package before, on purpose (O-4). */
  'trust.revert': call(z.undefined(), TrustStatus),
  'projection.open': call(
    z
      .object({
        cursors: z.record(Scope, ScopeCursor),
        /** Records marked dirty in the database, to be compared with the journal (§4.2, start-up reconciliation). */
        dirty: z
          .array(z.object({ type: TargetType, id: z.uuid(), scope: Scope }).readonly())
          .readonly(),
      })
      .readonly(),
    z.object({ overlays: z.int().nonnegative(), defects: z.int().nonnegative() }).readonly(),
  ),
  'projection.take': call(z.undefined(), ProjectionBatch.nullable()),
  'projection.acknowledge': call(
    z.discriminatedUnion('stored', [
      z
        .object({
          stored: z.literal(true),
          batchId: z.int().positive(),
          /** Cursor and digest of the page's scope as read back from the database; null for a batch without page. */
          cursor: z
            .object({ scope: Scope, ...ScopeCursor.unwrap().shape })
            .readonly()
            .nullable(),
          /** Buckets that differ from the server's, where the batch asked for a comparison. */
          differing: z.array(z.int().min(0).max(255)).readonly(),
          /** Rows that the batch asked for, by place (sync §13.2). */
          witnesses: z.array(Witness).max(WITNESSES_AT_ONCE).readonly(),
          /** Files of records that left the person's sight (M-9). */
          dropped: z.array(FileHash).readonly(),
        })
        .readonly(),
      z
        .object({
          stored: z.literal(false),
          batchId: z.int().positive(),
          reason: z.string().max(500),
        })
        .readonly(),
    ]),
    z.undefined(),
  ),
  /** The key, 32 bytes, of a restricted scope that the signed-in person is entitled to (§7.3). */
  'scopes.openKey': call(
    z.object({ scope: Scope }).readonly(),
    z.object({ key: z.instanceof(Uint8Array) }).readonly(),
  ),
  /** Main asks where to write; null when the user thought better of it. */
  'backup.exportWork': call(
    z.object({ passphrase: z.string().min(12).max(256) }).readonly(),
    z
      .object({ operations: z.int().nonnegative(), files: z.int().nonnegative() })
      .readonly()
      .nullable(),
  ),
  /** Brings the work in a file of another PC to the server; main asks for the file. */
  'backup.deliverWork': call(
    z.object({ passphrase: z.string().min(12).max(256) }).readonly(),
    z
      .object({
        deviceName: z.string(),
        accepted: z.int().nonnegative(),
        refused: z.int().nonnegative(),
        files: z.int().nonnegative(),
      })
      .readonly()
      .nullable(),
  ),
  /** Main asks where to write the bundle; null when the user thought better of it. */
  'bundle.make': call(BundleRequest, BundleMade.nullable()),
  'bundle.progress': call(z.undefined(), BundleProgress),
  /** Main asks for the bundle; null as above. */
  'bundle.take': call(z.undefined(), BundleTaken.nullable()),
  /** Who made the last bundle of a record that can be answered with what is new alone; null for none. */
  'bundle.answerable': call(
    z.object({ id: Uuid }).readonly(),
    z.object({ by: z.string().nullable() }).readonly(),
  ),
  'backup.status': call(z.undefined(), BackupStatus),
  /** Main asks for the folder; nothing is written before its recovery key was confirmed. Null as above. */
  'backup.chooseFolder': call(
    z.undefined(),
    z.object({ folder: z.string(), isSameDisk: z.boolean() }).readonly().nullable(),
  ),
  /** A recovery key for the chosen folder, or a new one for the present backup; shown this once. */
  'backup.makeKey': call(
    z.undefined(),
    z
      .object({
        recoveryKey: z.string(),
        askedGroup: z.int().positive(),
        deviceName: z.string(),
        officeName: z.string(),
      })
      .readonly(),
  ),
  /** The asked group as the person reads it from their sheet; from here on the key counts. */
  'backup.confirmKey': call(z.object({ group: z.string().max(64) }).readonly(), BackupStatus),
  'backup.runNow': call(z.undefined(), BackupStatus),
  /** On a PC that was never enrolled: main asks for the folder; the number of backups in it. */
  'restore.choose': call(
    z.undefined(),
    z.object({ backups: z.int().positive() }).readonly().nullable(),
  ),
  'restore.open': call(z.object({ recoveryKey: z.string().max(256) }).readonly(), RestorableBackup),
  /** The same at the office's hub, by its "mã kết nối trạm". */
  'restore.openAtHub': call(
    z.object({ code: z.string().max(512), recoveryKey: z.string().max(256) }).readonly(),
    RestorableBackup,
  ),
  /** Another of the copies that were opened, by its place among them. */
  'restore.pick': call(z.object({ place: z.int().nonnegative() }).readonly(), RestorableBackup),
  /** Brings back what was opened. */
  'restore.run': call(z.undefined(), SessionState),
  /** Registers that this machine holds, and those it is asked about (§9.4). */
  'registers.listHeld': call(z.undefined(), z.array(HeldRegister).readonly()),
  /** The clerk compared the last number with the paper book: once after each start, before the first number. */
  'registers.confirmLast': call(
    z.object({ registerId: Uuid, lastNumber: z.int().nonnegative() }).readonly(),
    z.undefined(),
  ),
  /** Numbers for papers that wait, of a register that this machine holds; answers after journal and anchors. */
  'registers.serve': call(
    z
      .object({ registerId: Uuid, requests: z.array(OperationDraft).min(1).max(50).readonly() })
      .readonly(),
    z.object({ given: z.int().nonnegative() }).readonly(),
  ),
  /** Seals the book; it travels back behind every number that was given from it. */
  'registers.release': call(z.object({ registerId: Uuid }).readonly(), z.undefined()),
  /** The office's machines as the server knows them; needs the line (§15). */
  'devices.list': call(z.undefined(), DevicesReply),
  /** A code that turns one new installation into a machine of the office; shown once. */
  'devices.issueCode': call(z.undefined(), ActivationCodeReply),
  /** The machine gets and gives nothing from now on. */
  'devices.disable': call(DisableRequest, DisableReply),
  'hub.describe': call(z.undefined(), HubView.nullable()),
  /** What a person pasted; kept, and tried once before it answers (sync §20). */
  'hub.connect': call(z.object({ code: z.string().max(1000) }).readonly(), HubView.nullable()),
  /** Meets the hub now. */
  'hub.meet': call(z.undefined(), HubView.nullable()),
  'hub.leave': call(z.undefined(), HubView.nullable()),
  'hub.peerWork': call(z.undefined(), PeerWorkView),

  'hubHost.describe': call(z.undefined(), HubHostView),
  /** Makes this PC the office's hub and joins this workstation to it; done again it changes nothing. */
  'hubHost.install': call(z.undefined(), HubHostView),
  'hubHost.restart': call(z.undefined(), HubHostView),
  /** Refused while its work has not reached the province, unless the person is sure. */
  'hubHost.remove': call(z.object({ isSure: z.boolean() }).readonly(), HubHostView),
  /** To and from a file that the person chooses; null when they thought better of it. */
  'hubHost.saveWork': call(z.undefined(), MovedWork.nullable()),
  'hubHost.takeWork': call(z.undefined(), MovedWork.nullable()),
  'sync.status': call(z.undefined(), SyncStatus),
  'sync.now': call(z.undefined(), z.undefined()),
} satisfies Record<Channel, CallSpec<z.ZodType, z.ZodType>>;

export type Input<C extends Channel> = z.infer<(typeof contract)[C]['input']>;
export type Output<C extends Channel> = z.infer<(typeof contract)[C]['output']>;

/** What the renderer sees as `window.bridge`. */
export interface Bridge {
  readonly call: <C extends Channel>(channel: C, input: Input<C>) => Promise<Result<Output<C>>>;
  /** Listens to an announcement; the answer stops listening. Announcements carry nothing. */
  readonly on: (event: EventName, listener: () => void) => () => void;
}
