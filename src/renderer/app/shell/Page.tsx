import { BackupSection } from '../../features/backup';
import { HubHostSection, HubSection } from '../../features/hub';
import { BatchEntryPage } from '../../features/batch-entry';
import {
  CorrectIncomingPage,
  DeliveriesPage,
  IncomingDetailPage,
  IncomingListPage,
  RegisterIncomingPage,
  type IncomingListMemory,
} from '../../features/incoming';
import {
  DraftOutgoingPage,
  EditDraftPage,
  OutgoingDetailPage,
  OutgoingListPage,
  SigningQueuePage,
  type OutgoingListMemory,
} from '../../features/outgoing';
import { BundleSection, MakeBundle, TakeBundle } from '../../features/bundles';
import { ConflictsPage, DocumentConflicts } from '../../features/conflicts';
import { DevicesPage } from '../../features/devices';
import { DocumentDossier, DossierPage, DossiersPage, SealDocument } from '../../features/dossier';
import { HeldWorkPage } from '../../features/held-work';
import {
  DocumentNumber,
  RegisterBookPage,
  RegistersPage,
  WaitingNumber,
} from '../../features/registers';
import { SyncPage, UnsentOfFork } from '../../features/sync';
import { TokenCheckPage } from '../../features/token-check';
import { TrustPage } from '../../features/trust';
import type { Route } from '../routes';
import type { TargetType } from '@shared/sync/operation';

interface PageProps {
  readonly route: Route;
  readonly go: (route: Route) => void;
  readonly listMemory: IncomingListMemory;
  readonly outgoingMemory: OutgoingListMemory;
}

/** The page of a route, wired to the others. */
export function Page({ route, go, listMemory, outgoingMemory }: PageProps) {
  const takeBundle = <TakeBundle onTaken={(target) => go(routeOfWork(target))} />;
  switch (route.page) {
    case 'incoming':
      return (
        <IncomingListPage
          memory={listMemory}
          onOpen={(id) => go({ page: 'incomingDetail', id, from: 'incoming' })}
          onRegister={() => go({ page: 'registerIncoming' })}
          onDeliveries={() => go({ page: 'deliveries' })}
          onBatch={() => go({ page: 'batchEntry' })}
        />
      );
    case 'deliveries':
      return (
        <DeliveriesPage
          onClose={() => go({ page: 'incoming' })}
          onRegister={(start) => go({ page: 'registerIncoming', start })}
        />
      );
    case 'batchEntry':
      return (
        <BatchEntryPage
          onClose={() => go({ page: 'incoming' })}
          onOpen={(id) => go({ page: 'incomingDetail', id, from: 'batchEntry' })}
        />
      );
    case 'registerIncoming':
      return (
        <RegisterIncomingPage
          start={route.start}
          onClose={() => go({ page: 'incoming' })}
          onOpen={(id) => go({ page: 'incomingDetail', id, from: 'registerIncoming' })}
        />
      );
    case 'incomingDetail':
      return (
        <IncomingDetailPage
          key={route.id}
          id={route.id}
          onClose={() => go({ page: route.from })}
          onCorrect={() => go({ ...route, page: 'correctIncoming' })}
          conflicts={<AboutDocument type="incomingDocument" id={route.id} />}
        />
      );
    case 'correctIncoming':
      return (
        <CorrectIncomingPage
          key={route.id}
          id={route.id}
          refused={route.refused}
          onClose={() => go({ ...route, page: 'incomingDetail' })}
        />
      );
    case 'outgoing':
      return (
        <OutgoingListPage
          memory={outgoingMemory}
          onOpen={(id) => go({ page: 'outgoingDetail', id, from: 'outgoing' })}
          onDraft={() => go({ page: 'draftOutgoing' })}
          actions={takeBundle}
        />
      );
    case 'signingQueue':
      return (
        <SigningQueuePage
          onOpen={(id) => go({ page: 'outgoingDetail', id, from: 'signingQueue' })}
          actions={takeBundle}
        />
      );
    case 'draftOutgoing':
      return (
        <DraftOutgoingPage
          refused={route.refused}
          onClose={() => go({ page: 'outgoing' })}
          onSaved={(id) => go({ page: 'outgoingDetail', id, from: 'outgoing' })}
        />
      );
    case 'outgoingDetail':
      return (
        <OutgoingDetailPage
          key={route.id}
          id={route.id}
          onClose={() => go({ page: route.from })}
          onEdit={() => go({ ...route, page: 'editDraft' })}
          conflicts={<AboutDocument type="outgoingDocument" id={route.id} />}
        />
      );
    case 'editDraft':
      return (
        <EditDraftPage
          key={route.id}
          id={route.id}
          refused={route.refused}
          onClose={() => go({ ...route, page: 'outgoingDetail' })}
        />
      );
    case 'dossiers':
      return <DossiersPage onOpen={(id) => go({ page: 'dossier', id })} />;
    case 'dossier':
      return (
        <DossierPage
          key={route.id}
          id={route.id}
          onClose={() => go({ page: 'dossiers' })}
          onOpenDocument={({ type, id }) =>
            go({
              page: type === 'outgoingDocument' ? 'outgoingDetail' : 'incomingDetail',
              id,
              from: 'dossiers',
            })
          }
        />
      );
    case 'heldWork':
      return <HeldWorkPage />;
    case 'registers':
      return (
        <RegistersPage
          onOpenBook={(id) => go({ page: 'registerBook', id })}
          onOpenDocument={({ opens: { type, id } }) =>
            go({
              page: type === 'outgoingDocument' ? 'outgoingDetail' : 'incomingDetail',
              id,
              from: 'registers',
            })
          }
        />
      );
    case 'devices':
      return <DevicesPage />;
    case 'tokenCheck':
      return <TokenCheckPage />;
    case 'trust':
      return <TrustPage />;
    case 'registerBook':
      return (
        <RegisterBookPage key={route.id} id={route.id} onClose={() => go({ page: 'registers' })} />
      );
    case 'conflicts':
      return (
        <ConflictsPage
          onOpenDocument={({ type, id }) =>
            go({
              page: type === 'outgoingDocument' ? 'outgoingDetail' : 'incomingDetail',
              id,
              from: 'conflicts',
            })
          }
        />
      );
    case 'sync':
      return (
        <SyncPage
          transfer={
            <>
              <HubSection />
              <HubHostSection />
              <BundleSection>{takeBundle}</BundleSection>
              <BackupSection />
            </>
          }
          forked={<UnsentOfFork />}
          onOpenDocument={(target) => go(routeOfWork(target))}
          onCorrect={(form, target, refused) => {
            const { id } = target;
            const { bodies, replaces } = refused;
            if (form === 'registerIncoming')
              go({ page: form, start: { typed: bodies[0] ?? {}, replaces } });
            else if (form === 'draftOutgoing') go({ page: form, refused });
            else go({ page: form, id, from: 'sync', refused });
          }}
        />
      );
  }
}

/** What stands above a document: the restricted dossier it lies in, what waits for a choice, and its number. */
function AboutDocument({ type, id }: { readonly type: TargetType; readonly id: string }) {
  return (
    <>
      <DocumentDossier documentId={id} />
      <DocumentConflicts documentId={id} />
      <DocumentNumber documentId={id} />
      <WaitingNumber documentId={id} />
      <SealDocument documentId={id} />
      <MakeBundle type={type} documentId={id} />
    </>
  );
}

/** Where a person looks at the record that an act in the status page is about. */
function routeOfWork({ id, type }: { readonly id: string; readonly type: TargetType }): Route {
  if (type === 'delivery') return { page: 'deliveries' };
  if (type === 'conflict') return { page: 'conflicts' };
  if (type === 'register' || type === 'certifiedCopy') return { page: 'registers' };
  if (type === 'dossier') return { page: 'dossier', id };
  if (type === 'heldWork') return { page: 'heldWork' };
  if (type === 'signingCertificate') return { page: 'tokenCheck' };
  const page = type === 'outgoingDocument' ? 'outgoingDetail' : 'incomingDetail';
  return { page, id, from: 'sync' };
}
