import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** An S3-compatible store in this process, over a real port and a real folder. */
export async function startS3(): Promise<{
  readonly url: string;
  readonly stop: () => Promise<void>;
}> {
  // The keys that s3rver knows.
  process.env['AWS_ACCESS_KEY_ID'] = 'S3RVER';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'S3RVER';
  const directory = mkdtempSync(join(tmpdir(), 'tcv-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'tep' }],
  });
  const { port } = await server.run();
  return {
    url: `s3://tep/tinh?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`,
    stop: async () => {
      await server.close();
      rmSync(directory, { recursive: true });
    },
  };
}
