export { DocumentNumber } from './components/DocumentNumber';
export { WaitingNumber } from './components/WaitingNumber';
export { LastNumberNotice } from './components/LastNumberNotice';
export { RegistersPage } from './pages/RegistersPage';
export { RegisterBookPage } from './pages/RegisterBookPage';
