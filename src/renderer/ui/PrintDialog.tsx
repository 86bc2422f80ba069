import { Button, Group, Modal, Portal, Stack } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { t } from '@shared/i18n/translate';
import './print-dialog.css';

interface PrintDialogProps {
  readonly title: string;
  /** What goes on paper, as it is shown. */
  readonly children: ReactNode;
  /** Across the page, for a book with many columns; bare where the sheet brings whole pages of its own. */
  readonly paper?: 'upright' | 'wide' | 'bare';
  readonly onClose: () => void;
}

/** Shows a sheet as it will be printed; while it is open the sheet is all that any way of printing puts on paper. */
export function PrintDialog({ title, children, paper = 'upright', onClose }: PrintDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={paper === 'wide' ? '95%' : 900}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button
            data-autofocus
            leftSection={<IconPrinter size={18} aria-hidden />}
            onClick={() => window.print()}
          >
            {t('common.print')}
          </Button>
        </Group>
        <div className="print-sheet">{children}</div>
      </Stack>
      <Portal reuseTargetNode={false}>
        <div data-print-sheet={paper} className="print-sheet" aria-hidden>
          {children}
        </div>
      </Portal>
    </Modal>
  );
}
