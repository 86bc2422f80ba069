import '@mantine/core/styles.css';
import './app/global.css';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { invariant } from '@shared/kernel/assert';
import { ErrorBoundary } from './app/ErrorBoundary';
import { styleNonce } from './app/style-nonce';
import { theme } from './app/theme';
import { SigningBridgeProvider } from './signing-window/signing-bridge';
import { SigningScreen } from './signing-window/SigningScreen';

const root = document.querySelector('#root');
invariant(root !== null, 'signing.html has #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} forceColorScheme="light" getStyleNonce={styleNonce}>
      <ErrorBoundary>
        <SigningBridgeProvider value={window.signing}>
          <SigningScreen />
        </SigningBridgeProvider>
      </ErrorBoundary>
    </MantineProvider>
  </StrictMode>,
);
