import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { ObjectStore } from './objects';

/** S3 refuses a part below 5 MiB unless it is the last one; this is also the memory that one upload takes. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Where objects lie, as `OBJECT_STORE_URL` says it. */
export interface S3Place {
  readonly bucket: string;
  /** In front of every key, without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** A store of one's own (MinIO, Ceph); undefined for Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/**
 * Reads `s3://bucket/prefix?endpoint=https://…&region=…`.
 *
 * @returns undefined when it is none; credentials never stand in it but in the environment
 */
export function parseS3Url(text: string): S3Place | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  const isGood =
    url.protocol === 's3:' &&
    url.hostname !== '' &&
    url.username === '' &&
    (endpoint === undefined ||
      /^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : ''));
  if (!isGood) return undefined;
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket: url.hostname,
    prefix,
    endpoint,
    region: url.searchParams.get('region') ?? undefined,
  };
}

/**
 * Objects in an S3-compatible store, as `<prefix>/<office>/<first two digits>/<sha256>`. The store shows an object only
 * once it is whole, and keeps it durable by its own means.
 */
export function s3Objects({ bucket, prefix, endpoint, region }: S3Place): ObjectStore {
  // The supported switch for the SDK's warning about Node versions, which would end up among our log lines.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const client = new S3Client({
    region: region ?? process.env['AWS_REGION'] ?? 'us-east-1',
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    // Stores other than Amazon's do not know the newer checksums; each chunk has its SHA-256 from us.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 5,
  });
  const at = (officeId: string, sha256: string) => ({
    Bucket: bucket,
    Key: [prefix, officeId, sha256.slice(0, 2), sha256].filter((part) => part !== '').join('/'),
  });
  return {
    put: async (officeId, sha256, chunks) => {
      const object = at(officeId, sha256);
      const isThere = await found(client.send(new HeadObjectCommand(object)));
      if (!isThere) await putParts(client, object, partsOf(chunks));
    },
    read: async (officeId, sha256, start, end) => {
      const range = `bytes=${start}-${end - 1}`;
      const got = await found(
        client.send(new GetObjectCommand({ ...at(officeId, sha256), Range: range })),
      );
      return got?.Body?.transformToByteArray();
    },
  };
}

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/** Sends one request for a small object, else a multipart upload that is taken back when it fails. */
async function putParts(
  client: S3Client,
  object: ObjectName,
  parts: AsyncGenerator<Uint8Array, Uint8Array>,
): Promise<void> {
  const first = await parts.next();
  if (first.done) {
    await client.send(new PutObjectCommand({ ...object, Body: first.value }));
    return;
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
  const upload = { ...object, UploadId };
  const sent: { readonly ETag: string | undefined; readonly PartNumber: number }[] = [];
  try {
    for (let next: IteratorResult<Uint8Array, Uint8Array> = first; ; next = await parts.next()) {
      const PartNumber = sent.length + 1;
      const { ETag } = await client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body: next.value }),
      );
      sent.push({ ETag, PartNumber });
      if (next.done) break;
    }
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: sent } }),
    );
  } catch (cause) {
    // What cannot be taken back now is left to the bucket's rule for unfinished uploads.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw cause;
  }
}

/** Full parts as they fill; what is left, at least a byte of a larger object, is the return value. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (size + chunk.length > PART_BYTES) {
      yield Buffer.concat(held);
      [held, size] = [[], 0];
    }
    held.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(held);
}

/** Undefined for an object that is not there; any other failure stays one. */
async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (cause) {
    const isMissing = cause instanceof S3ServiceException && cause.$metadata.httpStatusCode === 404;
    if (isMissing) return undefined;
    throw cause;
  }
}
