export { TrustPage } from './pages/TrustPage';
