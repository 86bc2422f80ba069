import { Box } from '@mantine/core';
import type { SigningPicture } from '@shared/domain/signing/signing-certificate';

interface InkImageProps {
  readonly picture: SigningPicture;
  readonly alt: string;
}

/** A picture of ink in its real size, on white as on paper. */
export function InkImage({ picture: { png, widthMm }, alt }: InkImageProps) {
  return (
    <Box bg="white" p="xs" style={{ display: 'inline-block' }}>
      <img
        src={`data:image/png;base64,${png}`}
        alt={alt}
        style={{ display: 'block', width: `${widthMm}mm` }}
      />
    </Box>
  );
}
