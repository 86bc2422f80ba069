import type { RefusedWork } from '../data/refused-work';
import type { RegistrationStart } from '../features/incoming';

type IncomingOrigin =
  | 'incoming'
  | 'conflicts'
  | 'sync'
  | 'registerIncoming'
  | 'batchEntry'
  | 'dossiers'
  | 'registers';
type OutgoingOrigin = 'outgoing' | 'signingQueue' | 'conflicts' | 'sync' | 'dossiers' | 'registers';

/** Where a signed-in person is; kept in memory alone, for nothing outside may address a screen. */
export type Route =
  | { readonly page: 'incoming' }
  | { readonly page: 'trust' }
  | { readonly page: 'deliveries' }
  | { readonly page: 'registerIncoming'; readonly start?: RegistrationStart }
  | { readonly page: 'batchEntry' }
  | {
      readonly page: 'incomingDetail';
      readonly id: string;
      readonly from: IncomingOrigin;
    }
  | {
      readonly page: 'correctIncoming';
      readonly id: string;
      readonly refused?: RefusedWork;
      readonly from: IncomingOrigin;
    }
  | { readonly page: 'outgoing' }
  | { readonly page: 'signingQueue' }
  | { readonly page: 'draftOutgoing'; readonly refused?: RefusedWork }
  | {
      readonly page: 'outgoingDetail';
      readonly id: string;
      readonly from: OutgoingOrigin;
    }
  | {
      readonly page: 'editDraft';
      readonly id: string;
      readonly refused?: RefusedWork;
      readonly from: OutgoingOrigin;
    }
  | { readonly page: 'dossiers' }
  | { readonly page: 'dossier'; readonly id: string }
  | { readonly page: 'heldWork' }
  | { readonly page: 'registers' }
  | { readonly page: 'registerBook'; readonly id: string }
  | { readonly page: 'devices' }
  | { readonly page: 'tokenCheck' }
  | { readonly page: 'conflicts' }
  | { readonly page: 'sync' };
