import { createContext, use } from 'react';
import { distinctUntilChanged, map, shareReplay, type Observable } from 'rxjs';
import type { Bridge } from '@shared/ipc/contract';
import type { PeerWorkView } from '@shared/ipc/hub';
import { invariant } from '@shared/kernel/assert';
import { sameJson } from '@shared/kernel/canonical-json';
import { ok, type Result } from '@shared/kernel/result';
import type { OpenOptions } from './database';
import { watchAnswer } from './bridge';
import { openDatabase } from './open-database';
import { nextTurn } from './pause';
import { createScopeCipher } from './scope-cipher';
import { startProjection } from './projection';
import {
  createConflictRepository,
  type ConflictRepository,
} from './repositories/conflict-repository';
import {
  createDeliveryRepository,
  type DeliveryRepository,
} from './repositories/delivery-repository';
import { createDossierRepository, type DossierRepository } from './repositories/dossier-repository';
import {
  createHeldWorkRepository,
  type HeldWorkRepository,
} from './repositories/held-work-repository';
import {
  createIncomingRepository,
  type IncomingRepository,
} from './repositories/incoming-repository';
import { createCopyRepository, type CopyRepository } from './repositories/copy-repository';
import {
  createOutgoingRepository,
  type OutgoingRepository,
} from './repositories/outgoing-repository';
import {
  createRegisterRepository,
  type RegisterRepository,
} from './repositories/register-repository';
import {
  createReferenceRepository,
  type ReferenceRepository,
} from './repositories/reference-repository';

/** Everything a signed-in user's screens read. */
export interface Workspace {
  readonly incoming: IncomingRepository;
  readonly outgoing: OutgoingRepository;
  readonly conflicts: ConflictRepository;
  readonly copies: CopyRepository;
  readonly deliveries: DeliveryRepository;
  readonly dossiers: DossierRepository;
  readonly heldWork: HeldWorkRepository;
  /** Files that still wait on this machine. */
  readonly waitingFiles: Observable<ReadonlySet<string>>;
  /** Records whose newest unconfirmed act is a colleague's, by id (sync §20). */
  readonly colleaguesWork: Observable<ReadonlyMap<string, ByColleague>>;
  readonly reference: ReferenceRepository;
  readonly registers: RegisterRepository;
  /** True when the local database was damaged and is being filled again. */
  readonly rebuilt: boolean;
  readonly close: () => Promise<void>;
}

/** Opens one user's database and keeps it in step with main until closed. */
export async function openWorkspace(
  bridge: Bridge,
  options: OpenOptions,
): Promise<Result<Workspace>> {
  const opened = await openDatabase(options);
  if (!opened.ok) return opened;
  const { database, rebuilt } = opened.value;
  const cipher = createScopeCipher(bridge);
  const incoming = createIncomingRepository(database, nextTurn, cipher);
  const outgoing = createOutgoingRepository(database, nextTurn, cipher);
  const stopProjection = startProjection({ bridge, database, pause: nextTurn, cipher });
  return ok({
    incoming,
    outgoing,
    conflicts: createConflictRepository(database, cipher),
    copies: createCopyRepository(database, cipher),
    dossiers: createDossierRepository(database, cipher),
    heldWork: createHeldWorkRepository(database, cipher),
    deliveries: createDeliveryRepository(database),
    waitingFiles: watchWaitingFiles(bridge),
    colleaguesWork: watchColleaguesWork(bridge),
    reference: createReferenceRepository(database),
    registers: createRegisterRepository(database, cipher),
    rebuilt,
    close: async () => {
      incoming.stop();
      outgoing.stop();
      await stopProjection();
      await database.close();
    },
  });
}

/** Every row of a list asks: they all read one answer. */
const watchWaitingFiles = (bridge: Bridge): Observable<ReadonlySet<string>> =>
  watchAnswer(bridge, 'sync.status', undefined, 'sync.statusChanged').pipe(
    map((answer) => new Set(answer.ok ? answer.value.waitingFiles : [])),
    distinctUntilChanged((a, b) => a.size === b.size && [...a].every((file) => b.has(file))),
    shareReplay({ bufferSize: 1, refCount: true }),
  );

export type ByColleague = PeerWorkView['unconfirmed'][number];

const watchColleaguesWork = (bridge: Bridge): Observable<ReadonlyMap<string, ByColleague>> =>
  watchAnswer(bridge, 'hub.peerWork', undefined, 'sync.statusChanged').pipe(
    map((answer) => (answer.ok ? answer.value.unconfirmed : [])),
    distinctUntilChanged((a, b) => sameJson([...a], [...b])),
    map((list) => new Map(list.map((one) => [one.id, one]))),
    shareReplay({ bufferSize: 1, refCount: true }),
  );

const WorkspaceContext = createContext<Workspace | undefined>(undefined);

export const WorkspaceProvider = WorkspaceContext.Provider;

function useWorkspace(): Workspace {
  const workspace = use(WorkspaceContext);
  invariant(
    workspace !== undefined,
    'a screen of a signed-in user stands inside WorkspaceProvider',
  );
  return workspace;
}

export const useIncomingRepository = (): IncomingRepository => useWorkspace().incoming;
export const useOutgoingRepository = (): OutgoingRepository => useWorkspace().outgoing;
export const useCopyRepository = (): CopyRepository => useWorkspace().copies;
export const useConflictRepository = (): ConflictRepository => useWorkspace().conflicts;
export const useDeliveryRepository = (): DeliveryRepository => useWorkspace().deliveries;
export const useDossierRepository = (): DossierRepository => useWorkspace().dossiers;
export const useHeldWorkRepository = (): HeldWorkRepository => useWorkspace().heldWork;
export const useWaitingFilesSource = (): Workspace['waitingFiles'] => useWorkspace().waitingFiles;
export const useColleaguesWorkSource = (): Workspace['colleaguesWork'] =>
  useWorkspace().colleaguesWork;
export const useReferenceRepository = (): ReferenceRepository => useWorkspace().reference;
export const useRegisterRepository = (): RegisterRepository => useWorkspace().registers;
