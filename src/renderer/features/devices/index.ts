export { DevicesPage } from './pages/DevicesPage';
