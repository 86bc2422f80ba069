export { BundleSection } from './components/BundleSection';
export { MakeBundle } from './components/MakeBundle';
export { TakeBundle } from './components/TakeBundle';
