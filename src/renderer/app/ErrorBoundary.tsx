import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { t } from '@shared/i18n/translate';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly hasFailed: boolean;
}

/** The renderer's edge: a bug takes one screen, not the program. React offers this as a class only. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): ErrorBoundaryState {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Center h="100%" p="xl">
        <Stack align="center" maw={560} role="alert">
          <Title order={2} ta="center">
            {t('app.crashed.title')}
          </Title>
          <Text ta="center">{t('app.crashed.text')}</Text>
          <Text size="sm">{t('common.reference', { reference: 'HT-001' })}</Text>
          <Button onClick={() => this.setState({ hasFailed: false })}>
            {t('app.crashed.retry')}
          </Button>
        </Stack>
      </Center>
    );
  }
}
