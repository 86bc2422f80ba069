import { Button, Group, Popover, Text } from '@mantine/core';
import { useState } from 'react';
import { t } from '@shared/i18n/translate';

interface ConfirmButtonProps {
  readonly label: string;
  readonly question: string;
  readonly onConfirm: () => void;
}

/** A button that asks once more before it acts. */
export function ConfirmButton({ label, question, onConfirm }: ConfirmButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const confirm = () => {
    setOpen(false);
    onConfirm();
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      trapFocus
      withArrow
      shadow="md"
      position="bottom-end"
    >
      <Popover.Target>
        <Button variant="default" onClick={() => setOpen(!isOpen)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw={520}>
        <Text mb="sm">{question}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setOpen(false)}>
            {t('common.cancel')}
          </Button>
          <Button color="red" onClick={confirm}>
            {label}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
