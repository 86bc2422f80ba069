import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Bridge } from '@shared/ipc/contract';
import { BridgeProvider } from '../data/bridge';
import { LeaveGuardProvider } from '../ui/leave-guard';
import { ErrorBoundary } from './ErrorBoundary';
import { styleNonce } from './style-nonce';
import { theme } from './theme';

interface AppProvidersProps {
  readonly bridge: Bridge;
  readonly children: ReactNode;
}

export function AppProviders({ bridge, children }: AppProvidersProps) {
  return (
    <MantineProvider theme={theme} forceColorScheme="light" getStyleNonce={styleNonce}>
      <ErrorBoundary>
        <BridgeProvider value={bridge}>
          <LeaveGuardProvider>{children}</LeaveGuardProvider>
        </BridgeProvider>
      </ErrorBoundary>
    </MantineProvider>
  );
}
