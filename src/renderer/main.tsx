import './app/zod-without-eval';
import '@mantine/core/styles.css';
import './app/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { invariant } from '@shared/kernel/assert';
import { App } from './app/App';
import { AppProviders } from './app/providers';
import { programStorage } from './data/program-storage';

const root = document.querySelector('#root');
invariant(root !== null, 'index.html has #root');
createRoot(root).render(
  <StrictMode>
    <AppProviders bridge={window.bridge}>
      <App storage={programStorage()} />
    </AppProviders>
  </StrictMode>,
);
