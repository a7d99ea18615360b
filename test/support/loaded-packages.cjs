// Preloaded by `--require`: when the process ends, writes the packages that it has loaded, in order, one a line.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const packages = Object.keys(require.cache).map(
    (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? '',
  );
  writeFileSync(process.env.LOADED_PACKAGES, [...new Set(packages)].join('\n'));
});
