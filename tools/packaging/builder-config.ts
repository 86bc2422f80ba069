import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { repositoryRoot } from '../run-step';

/** `electron-builder.yml` as the packer reads it: by the packer's own YAML parser, which nothing else here needs. */
export function readBuilderConfig(): Configuration {
  const ofBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  const ofLibrary = createRequire(ofBuilder.resolve('app-builder-lib'));
  const { load } = ofLibrary('js-yaml') as { readonly load: (text: string) => unknown };
  return load(readFileSync(join(repositoryRoot, 'electron-builder.yml'), 'utf8')) as Configuration;
}
