import '@mantine/core/styles.css';
import './app/global.css';
import { mergeThemeOverrides, MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { invariant } from '@shared/kernel/assert';
import { ErrorBoundary } from './app/ErrorBoundary';
import { styleNonce } from './app/style-nonce';
import { theme } from './app/theme';
import { SigningBridgeProvider } from './signing-window/signing-bridge';
import { SigningScreen } from './signing-window/SigningScreen';

/** Read by leaders of sixty: nothing here is smaller than 16 px. */
const largerTheme = mergeThemeOverrides(theme, {
  fontSizes: { xs: '1rem', sm: '1rem', md: '1.125rem', lg: '1.25rem' },
});
const root = document.querySelector('#root');
invariant(root !== null, 'signing.html has #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={largerTheme} forceColorScheme="light" getStyleNonce={styleNonce}>
      <ErrorBoundary>
        <SigningBridgeProvider value={window.signing}>
          <SigningScreen />
        </SigningBridgeProvider>
      </ErrorBoundary>
    </MantineProvider>
  </StrictMode>,
);
