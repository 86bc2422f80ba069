export { CertificateEndNotice } from './components/CertificateEndNotice';
export { TokenCheckPage } from './pages/TokenCheckPage';
