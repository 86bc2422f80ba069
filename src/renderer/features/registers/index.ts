export { LastNumberNotice } from './components/LastNumberNotice';
export { RegistersPage } from './pages/RegistersPage';
