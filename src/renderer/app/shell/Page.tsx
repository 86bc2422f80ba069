import { WorkTransfer } from '../../features/backup';
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
  type OutgoingListMemory,
} from '../../features/outgoing';
import { SyncPage } from '../../features/sync';
import type { Route } from '../routes';

interface PageProps {
  readonly route: Route;
  readonly go: (route: Route) => void;
  readonly listMemory: IncomingListMemory;
  readonly outgoingMemory: OutgoingListMemory;
}

/** The page of a route, wired to the others. */
export function Page({ route, go, listMemory, outgoingMemory }: PageProps) {
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
        />
      );
    case 'correctIncoming':
      return (
        <CorrectIncomingPage
          key={route.id}
          id={route.id}
          onClose={() => go({ ...route, page: 'incomingDetail' })}
        />
      );
    case 'outgoing':
      return (
        <OutgoingListPage
          memory={outgoingMemory}
          onOpen={(id) => go({ page: 'outgoingDetail', id, from: 'outgoing' })}
          onDraft={() => go({ page: 'draftOutgoing' })}
        />
      );
    case 'draftOutgoing':
      return (
        <DraftOutgoingPage
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
        />
      );
    case 'editDraft':
      return (
        <EditDraftPage
          key={route.id}
          id={route.id}
          onClose={() => go({ ...route, page: 'outgoingDetail' })}
        />
      );
    case 'sync':
      return (
        <SyncPage
          transfer={<WorkTransfer />}
          onOpenDocument={({ id, type }) =>
            go(
              type === 'delivery'
                ? { page: 'deliveries' }
                : {
                    page: type === 'outgoingDocument' ? 'outgoingDetail' : 'incomingDetail',
                    id,
                    from: 'sync',
                  },
            )
          }
          onCorrect={(typed, replaces) =>
            go({ page: 'registerIncoming', start: { typed, replaces } })
          }
        />
      );
  }
}
