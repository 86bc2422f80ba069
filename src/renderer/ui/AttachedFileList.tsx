import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconEye, IconFile } from '@tabler/icons-react';
import { formatBytes } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';

interface ListedFile {
  readonly sha256: string;
  readonly name: string;
  readonly sizeBytes: number;
}

interface AttachedFileListProps<F extends ListedFile> {
  readonly files: readonly F[];
  readonly onView: (file: F) => void;
  readonly onSaveCopy: (file: F) => void;
}

/** The files of a document, to be looked at or copied out. */
export function AttachedFileList<F extends ListedFile>({
  files,
  onView,
  onSaveCopy,
}: AttachedFileListProps<F>) {
  if (files.length === 0) return <Text c="dark.3">{t('files.none')}</Text>;
  return (
    <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
      {files.map((file, index) => (
        <Group component="li" key={`${index}-${file.sha256}`} gap="sm" wrap="nowrap">
          <IconFile size={20} stroke={1.6} aria-hidden />
          <Text flex={1} miw={0} fw={500} truncate title={file.name}>
            {file.name}
          </Text>
          <Text c="dark.3" style={{ whiteSpace: 'nowrap' }}>
            {formatBytes(file.sizeBytes)}
          </Text>
          <Button
            variant="default"
            leftSection={<IconEye size={18} aria-hidden />}
            aria-label={t('files.viewNamed', { name: file.name })}
            onClick={() => onView(file)}
          >
            {t('files.view')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            aria-label={t('files.saveCopyNamed', { name: file.name })}
            onClick={() => onSaveCopy(file)}
          >
            {t('files.saveCopy')}
          </Button>
        </Group>
      ))}
    </Stack>
  );
}
