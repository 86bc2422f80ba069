// `import … from 'electron'` in an ES module: a facade with the stand-in's names, so that a name it lacks is
// refused when the module is linked, as with any module.

let facadeUrl;
let source;

export function initialize({ standInUrl, names }) {
  facadeUrl = `${standInUrl}?names`;
  source = [
    `import electron from ${JSON.stringify(standInUrl)};`,
    'export default electron;',
    `export const { ${names.filter((name) => !name.startsWith('_')).join(', ')} } = electron;`,
  ].join('\n');
}

export function resolve(id, context, next) {
  if (!/^electron(\/(main|common))?$/.test(id)) return next(id, context);
  return { url: facadeUrl, format: 'module', shortCircuit: true };
}

export function load(url, context, next) {
  if (url !== facadeUrl) return next(url, context);
  return { format: 'module', source, shortCircuit: true };
}
