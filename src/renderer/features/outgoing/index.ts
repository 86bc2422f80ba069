export {
  createOutgoingListMemory,
  OutgoingListPage,
  type OutgoingListMemory,
} from './pages/OutgoingListPage';
export { DraftOutgoingPage } from './pages/DraftOutgoingPage';
export { EditDraftPage } from './pages/EditDraftPage';
export { SigningQueuePage } from './pages/SigningQueuePage';
export { SigningCount } from './components/SigningCount';
export { useIsSigner } from './hooks/use-signing-queue';
export { OutgoingDetailPage } from './pages/OutgoingDetailPage';
