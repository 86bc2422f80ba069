export {
  createOutgoingListMemory,
  OutgoingListPage,
  type OutgoingListMemory,
} from './pages/OutgoingListPage';
export { DraftOutgoingPage } from './pages/DraftOutgoingPage';
export { EditDraftPage } from './pages/EditDraftPage';
export { OutgoingDetailPage } from './pages/OutgoingDetailPage';
