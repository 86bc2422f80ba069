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
export {
  channelOptions,
  circulationOptions,
  fieldValueText,
  priorityLabel,
  priorityOptions,
} from './labels';
export { registrationDrafts } from './commands/register-incoming';
export { RecentRegistrations } from './components/RecentRegistrations';
export { useAgencies, useOwnRegisters } from './hooks/use-incoming';
export { emptyRegistration, findTypedDocumentType, readRegistration } from './registration-form';
