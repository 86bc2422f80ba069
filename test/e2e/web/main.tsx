import '../../../src/renderer/app/zod-without-eval';
import '@mantine/core/styles.css';
import '../../../src/renderer/app/global.css';
import { createRoot } from 'react-dom/client';
import type { SessionState } from '@shared/ipc/contract';
import { App } from '../../../src/renderer/app/App';
import { AppProviders } from '../../../src/renderer/app/providers';
import { programStorage } from '../../../src/renderer/data/program-storage';
import { createFakeBridge, type FakeBridge } from '../../support/fake-bridge';
import { incomingRecords, referenceRecords, signedInState } from '../../support/office-sample';

/** The renderer in a browser over a bridge in memory: `?phase=signedOut&documents=300&online=0`. */
const query = new URLSearchParams(location.search);
const session: SessionState = {
  ...signedInState(query.get('database') ?? 'web'),
  phase: (query.get('phase') ?? 'signedIn') as SessionState['phase'],
};
const bridge = createFakeBridge({
  session: query.get('phase') === 'notEnrolled' ? { ...session, serverAddress: null } : session,
  online: query.get('online') !== '0',
  serverDelayMs: Number(query.get('delay') ?? 600),
});
bridge.seed([...referenceRecords(), ...incomingRecords(Number(query.get('documents') ?? 300))]);
Object.assign(window, { bridge, fake: bridge });

declare global {
  interface Window {
    readonly fake: FakeBridge;
  }
}

const root = document.querySelector('#root');
if (!root) throw new Error('no root');
createRoot(root).render(
  <AppProviders bridge={bridge}>
    <App storage={programStorage()} />
  </AppProviders>,
);
