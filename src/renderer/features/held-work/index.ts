export { HeldWorkCount } from './components/HeldWorkCount';
export { HeldWorkPage } from './pages/HeldWorkPage';
