export { DamagedJournalPage } from './pages/DamagedJournalPage';
export { EnrolPage } from './pages/EnrolPage';
export { PassphrasePage } from './pages/PassphrasePage';
export { WipedPage } from './pages/WipedPage';
export { SignInPage } from './pages/SignInPage';
export { CurrentUser } from './components/CurrentUser';
export { SessionCard } from './components/SessionCard';
