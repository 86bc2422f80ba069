export { CopiesPanel } from './components/CopiesPanel';
