import {
  Button,
  FileButton,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Slider,
  Stack,
  Text,
} from '@mantine/core';
import { useState } from 'react';
import type { SigningPicture } from '@shared/domain/signing/signing-certificate';
import { t } from '@shared/i18n/translate';
import { toBase64 } from '@shared/kernel/bytes';
import type { Failure, Result } from '@shared/kernel/result';
import type { MadePicture } from '@shared/pades/picture/make-picture';
import type { InkKind } from '@shared/pades/picture/photo';
import { FailureNotice } from '../../../ui/FailureNotice';
import { decodePhoto, type DecodePhoto } from '../decode-photo';
import { useInkPicture, usualWidth, type Measure } from '../hooks/use-ink-picture';
import { InkImage } from './InkImage';
import { PhotoView } from './PhotoView';

interface PictureDialogProps {
  readonly kind: InkKind;
  /** Whose: printed below a signature, above a seal. */
  readonly ownerName: string;
  readonly takeLabel: string;
  readonly onTake: (picture: SigningPicture) => Promise<Result<void>>;
  readonly onClose: () => void;
  readonly decode?: DecodePhoto;
}

/** Makes a picture from a photo of ink on paper, shown as it will lie on a paper (S-13). */
export function PictureDialog(props: PictureDialogProps) {
  const { kind, ownerName, takeLabel, onTake, onClose, decode = decodePhoto } = props;
  const work = useInkPicture(kind);
  const [failure, setFailure] = useState<Failure>();
  const { made } = work;
  const choose = async (file: File | null) => {
    if (!file) return;
    const photo = await decode(file);
    setFailure(photo.ok ? undefined : photo.error);
    if (photo.ok) work.setPhoto(photo.value);
  };
  const take = async (picture: MadePicture) => {
    const taken = await onTake(pictureOf(picture));
    if (taken.ok) onClose();
    else setFailure(taken.error);
  };
  const shown = failure ?? (made && !made.ok ? made.error : undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`tokenCheck.picture.title.${kind}`)}
      size="72rem"
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="md">
        <Text>{t(`tokenCheck.picture.how.${kind}`)}</Text>
        {shown ? <FailureNotice code={shown.code} title={t('tokenCheck.picture.notMade')} /> : null}
        <SimpleGrid cols={2} spacing="lg">
          <Stack gap="sm">
            <Group gap="sm">
              <FileButton onChange={(file) => void choose(file)} accept="image/jpeg,image/png">
                {(button) => <Button {...button}>{t('tokenCheck.picture.choose')}</Button>}
              </FileButton>
              {work.photo ? (
                <>
                  <Button variant="default" onClick={() => work.turn(-1)}>
                    {t('tokenCheck.picture.turnLeft')}
                  </Button>
                  <Button variant="default" onClick={() => work.turn(1)}>
                    {t('tokenCheck.picture.turnRight')}
                  </Button>
                </>
              ) : null}
            </Group>
            {work.photo ? (
              <>
                <PhotoView
                  photo={work.photo}
                  marks={work.measure.by === 'marks' ? work.measure.marks : undefined}
                  onMarks={(marks) => work.setMeasure({ by: 'marks', mm: work.measure.mm, marks })}
                />
                <Settings kind={kind} work={work} />
              </>
            ) : null}
          </Stack>
          <Sheet kind={kind} ownerName={ownerName} made={made?.ok ? made.value : undefined} />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button disabled={!made?.ok} onClick={() => made?.ok && void take(made.value)}>
            {takeLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const pictureOf = ({ png, widthMm }: MadePicture): SigningPicture => ({
  png: toBase64(png),
  widthMm,
});

interface SettingsProps {
  readonly kind: InkKind;
  readonly work: ReturnType<typeof useInkPicture>;
}

function Settings({ kind, work }: SettingsProps) {
  const { threshold, measure, hasWidth } = work;
  const change = (by: string) =>
    work.setMeasure(by === 'marks' ? START : { by: 'width', mm: usualWidth[kind] });
  return (
    <>
      <Stack gap={4}>
        <Text fw={600}>{t('tokenCheck.picture.threshold')}</Text>
        <Slider
          min={0}
          max={1}
          step={0.05}
          value={threshold}
          onChange={work.setThreshold}
          label={null}
          thumbLabel={t('tokenCheck.picture.threshold')}
        />
        <Group justify="space-between">
          <Text size="sm">{t('tokenCheck.picture.keepMore')}</Text>
          <Text size="sm">{t('tokenCheck.picture.keepLess')}</Text>
        </Group>
      </Stack>
      <SegmentedControl
        aria-label={t('tokenCheck.picture.measure')}
        value={measure.by}
        onChange={change}
        data={[
          { value: 'width', label: t('tokenCheck.picture.byWidth') },
          { value: 'marks', label: t('tokenCheck.picture.byMarks') },
        ]}
      />
      <NumberInput
        label={t(
          measure.by === 'marks'
            ? 'tokenCheck.picture.distance'
            : `tokenCheck.picture.width.${kind}`,
        )}
        description={measure.by === 'marks' ? t('tokenCheck.picture.marksHelp') : undefined}
        name="mm"
        min={1}
        max={300}
        decimalScale={1}
        decimalSeparator=","
        value={measure.mm}
        error={hasWidth ? undefined : t('tokenCheck.picture.widthWrong')}
        onChange={(mm) => work.setMeasure({ ...measure, mm: Number(mm) })}
      />
    </>
  );
}

const START: Measure = {
  by: 'marks',
  mm: 40,
  marks: [
    { x: 0.2, y: 0.9 },
    { x: 0.8, y: 0.9 },
  ],
};

interface SheetProps {
  readonly kind: InkKind;
  readonly ownerName: string;
  readonly made: MadePicture | undefined;
}

/** The lower right corner of a paper as it will be printed, millimetre for millimetre. */
function Sheet({ kind, ownerName, made }: SheetProps) {
  const isSeal = kind === 'seal';
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('tokenCheck.picture.sheet')}</Text>
      <Stack
        bg="white"
        p="xl"
        mih="75mm"
        align="center"
        justify="space-between"
        gap="xs"
        style={{ border: '1px solid var(--mantine-color-gray-5)' }}
      >
        <Text tt="uppercase" fw={700} ta="center">
          {isSeal ? ownerName : ' '}
        </Text>
        {made ? (
          <InkImage
            picture={pictureOf(made)}
            alt={t(`tokenCheck.picture.alt.${kind}`, { holder: ownerName })}
          />
        ) : null}
        <Text fw={700}>{isSeal ? t('tokenCheck.picture.nameBelow') : ownerName}</Text>
      </Stack>
      {made ? (
        <Text c="dark.3">
          {t('tokenCheck.picture.sheetNote', {
            width: millimetres(made.widthMm),
            height: millimetres(made.heightMm),
          })}
        </Text>
      ) : null}
    </Stack>
  );
}

const millimetres = (mm: number): string =>
  mm.toLocaleString('vi-VN', { maximumFractionDigits: 1 });
