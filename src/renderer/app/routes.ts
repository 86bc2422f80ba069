import type { RefusedWork } from '../data/refused-work';
import type { RegistrationStart } from '../features/incoming';

/** Where a signed-in person is; kept in memory alone, for nothing outside may address a screen. */
export type Route =
  | { readonly page: 'incoming' }
  | { readonly page: 'deliveries' }
  | { readonly page: 'registerIncoming'; readonly start?: RegistrationStart }
  | { readonly page: 'batchEntry' }
  | {
      readonly page: 'incomingDetail';
      readonly id: string;
      readonly from: 'incoming' | 'conflicts' | 'sync' | 'registerIncoming' | 'batchEntry';
    }
  | {
      readonly page: 'correctIncoming';
      readonly id: string;
      readonly refused?: RefusedWork;
      readonly from: 'incoming' | 'conflicts' | 'sync' | 'registerIncoming' | 'batchEntry';
    }
  | { readonly page: 'outgoing' }
  | { readonly page: 'draftOutgoing'; readonly refused?: RefusedWork }
  | {
      readonly page: 'outgoingDetail';
      readonly id: string;
      readonly from: 'outgoing' | 'conflicts' | 'sync';
    }
  | {
      readonly page: 'editDraft';
      readonly id: string;
      readonly refused?: RefusedWork;
      readonly from: 'outgoing' | 'conflicts' | 'sync';
    }
  | { readonly page: 'conflicts' }
  | { readonly page: 'sync' };
