import { MantineProvider } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import type { Bridge } from '@shared/ipc/contract';
import { ask, BridgeProvider } from '../data/bridge';
import { LeaveGuardProvider, useLeave, useSaveAll } from '../ui/leave-guard';
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
          <LeaveGuardProvider>
            <ClosingWindow bridge={bridge} />
            {children}
          </LeaveGuardProvider>
        </BridgeProvider>
      </ErrorBoundary>
    </MantineProvider>
  );
}

/** Answers main when the window is to close: first everything that is being typed is kept. */
function ClosingWindow({ bridge }: { readonly bridge: Bridge }) {
  const saveAll = useSaveAll();
  const leave = useLeave();
  useEffect(
    () =>
      bridge.on('app.closing', () => {
        const go = () => void saveAll().then(() => ask(bridge, 'app.readyToClose', undefined));
        if (leave(go)) void ask(bridge, 'app.stayOpen', undefined);
      }),
    [bridge, saveAll, leave],
  );
  return null;
}
