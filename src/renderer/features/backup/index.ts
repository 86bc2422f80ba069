export { WorkTransfer } from './components/WorkTransfer';
