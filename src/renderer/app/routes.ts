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
      readonly from: 'incoming' | 'sync' | 'registerIncoming' | 'batchEntry';
    }
  | {
      readonly page: 'correctIncoming';
      readonly id: string;
      readonly from: 'incoming' | 'sync' | 'registerIncoming' | 'batchEntry';
    }
  | { readonly page: 'outgoing' }
  | { readonly page: 'draftOutgoing' }
  | {
      readonly page: 'outgoingDetail';
      readonly id: string;
      readonly from: 'outgoing' | 'sync';
    }
  | {
      readonly page: 'editDraft';
      readonly id: string;
      readonly from: 'outgoing' | 'sync';
    }
  | { readonly page: 'sync' };
