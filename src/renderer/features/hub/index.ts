export { HubSection } from './components/HubSection';
export { HubHostSection } from './components/HubHostSection';
