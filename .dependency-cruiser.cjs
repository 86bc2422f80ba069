/**
 * Who may import whom: the table of the architecture page, checked by `tools/check-imports.ts`, which first proves
 * that it sees the tree and that a planted forbidden import fails.
 */
const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const only = (name, path, allowed, comment) =>
  rule(
    name,
    { path },
    { path: '^(src|sync-server|test|tools)/', pathNot: [path, ...allowed] },
    comment,
  );

module.exports = {
  forbidden: [
    rule(
      'no-cycles',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
      'No runtime cycles.',
    ),
    rule(
      'nothing-imports-tests',
      { path: '^(src|sync-server)/' },
      { path: '^(test|tools)/' },
      'Tests and tools are imported by nothing.',
    ),
    rule(
      'tests-import-no-tools-but-sim',
      { path: '^test/', pathNot: '^test/(unit/tools|integration/tools)/' },
      { path: '^tools/', pathNot: '^tools/(node-|runtime)' },
      'Nothing imports tools.',
    ),
    only(
      'kernel',
      '^src/shared/(kernel|errors)/',
      [],
      'kernel and errors import each other alone.',
    ),
    only(
      'domain',
      '^src/shared/domain/',
      ['^src/shared/(kernel|errors)/'],
      'The law of the office is pure.',
    ),
    only(
      'pades',
      '^src/shared/pades/',
      ['^src/shared/(kernel|errors|domain/signing)/'],
      'PDF and signatures know no product.',
    ),
    only(
      'sync',
      '^src/shared/sync/',
      ['^src/shared/(kernel|errors|domain|protocol)/'],
      'The core of both sides.',
    ),
    only(
      'relay',
      '^src/shared/relay/',
      ['^src/shared/(kernel|errors|domain|protocol|sync)/'],
      'Work on its way around the province.',
    ),
    only(
      'protocol',
      '^src/shared/protocol/',
      ['^src/shared/(kernel|errors|domain|sync)/'],
      'The wire.',
    ),
    only(
      'ipc',
      '^src/shared/ipc/',
      ['^src/shared/(kernel|errors|domain|sync)/'],
      'Between page and main.',
    ),
    only('i18n', '^src/shared/i18n/', ['^src/shared/(kernel|errors)/'], 'Words.'),
    rule(
      'shared-is-pure',
      { path: '^src/shared/', pathNot: '^src/shared/pades/' },
      { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
      'zod is the only package of shared.',
    ),
    rule(
      'features-stand-alone',
      { path: '^src/main/features/([^/]+)/' },
      { path: '^src/main/features/', pathNot: '^src/main/features/$1/' },
      'A feature of main never imports another.',
    ),
    rule(
      'features-know-no-electron',
      { path: '^src/main/(features|workstation|compose)' },
      { path: 'node_modules/electron/' },
      'Features run in plain Node.',
    ),
    rule(
      'features-know-no-window',
      { path: '^src/main/(features|workstation|compose)' },
      {
        path: '^src/main/platform/(window|app-protocol|web-security)',
        dependencyTypesNot: ['type-only'],
      },
      'Windows are wired in index.ts.',
    ),
    rule(
      'main-knows-no-page',
      { path: '^src/main/' },
      { path: '^src/(renderer|preload)/' },
      'Main never imports the page.',
    ),
    rule(
      'main-knows-no-server',
      { path: '^src/(main|preload|renderer|shared)/' },
      { path: '^sync-server/' },
      'The workstation never imports the server.',
    ),
    only('preload', '^src/preload/', ['^src/shared/ipc/'], 'The preload lists names.'),
    only(
      'renderer-ui',
      '^src/renderer/ui/',
      ['^src/shared/(i18n|kernel|errors)/'],
      'House components.',
    ),
    only('renderer-data', '^src/renderer/data/', ['^src/shared/'], 'Local data.'),
    rule(
      'renderer-features',
      { path: '^src/renderer/features/([^/]+)/' },
      {
        path: '^src/renderer/features/([^/]+)/',
        pathNot: ['^src/renderer/features/$1/', '^src/renderer/features/[^/]+/index\\.ts$'],
      },
      'Another feature only through its index.',
    ),
    rule(
      'renderer-knows-no-app',
      { path: '^src/renderer/(features|data|ui)/' },
      { path: '^src/renderer/app/' },
      'The app imports the features, not the other way.',
    ),
    only(
      'server',
      '^sync-server/',
      ['^src/shared/(kernel|errors|domain|sync|relay|protocol|pades|i18n)/'],
      'The server knows itself and shared.',
    ),
    rule(
      'simulation-has-no-engine',
      { path: '^test/simulation/' },
      {
        path: '^(src/(renderer|preload)|sync-server)/',
        pathNot:
          '^sync-server/src/features/(recovery/(recover-book|queue-again)|sync/put-records)\\.ts$',
      },
      'The simulator drives the shared core and main, and of the server what works on the store port alone.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|dist|\\.tsbuild)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.d.ts'] },
  },
};
