export {
  createIncomingListMemory,
  IncomingListPage,
  type IncomingListMemory,
} from './pages/IncomingListPage';
export { RegisterIncomingPage, type RegistrationStart } from './pages/RegisterIncomingPage';
export { DeliveriesPage } from './pages/DeliveriesPage';
export { DeliveryCount } from './components/DeliveryCount';
export { IncomingDetailPage } from './pages/IncomingDetailPage';
export { CorrectIncomingPage } from './pages/CorrectIncomingPage';
export { circulationOptions, priorityLabel, priorityOptions } from './labels';
