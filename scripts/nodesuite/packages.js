// Writes a package.json of what the suite needs beside Node: the published
// client in place of the one in its repository, and none of the tools with
// which that one is built.
//
//   node packages.js SUITE/package.json ROOT/package.json

const fs = require('fs');

const published = {
  '@eventstore/db-client': '6.2.1',
  '@eventstore/opentelemetry': '*',
  '@kurrent/kurrentdb-client': '1.3.1',
  '@kurrent/opentelemetry': '*',
};
const tools = /^(nx|lerna|eslint.*|@typescript-eslint\/.*|prettier|semver|shx|cross-env|npm-run-all)$/;

const [suite, root] = process.argv.slice(2).map((name) => JSON.parse(fs.readFileSync(name)));
const wanted = {...root.devDependencies, ...suite.devDependencies, ...suite.dependencies};
const dependencies = {};
for (const [name, version] of Object.entries(wanted)) {
  if (!tools.test(name)) dependencies[name] = published[name] ?? version;
}
console.log(JSON.stringify({private: true, dependencies}, null, 2));
