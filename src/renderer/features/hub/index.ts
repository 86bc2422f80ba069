export { HubSection } from './components/HubSection';
