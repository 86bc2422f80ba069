export {
  createIncomingListMemory,
  IncomingListPage,
  type IncomingListMemory,
} from './pages/IncomingListPage';
export { RegisterIncomingPage, type RegistrationStart } from './pages/RegisterIncomingPage';
export { IncomingDetailPage } from './pages/IncomingDetailPage';
export { CorrectIncomingPage } from './pages/CorrectIncomingPage';
export { circulationOptions, priorityLabel, priorityOptions } from './labels';
