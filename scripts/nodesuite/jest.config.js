// The suite's own settings, but that the client is the published package, and
// that TypeScript is translated, to CommonJS as the suite's own settings do, and
// not checked.

const own = require('./suite/packages/test/jest.config.js');

const published = ([name]) => !/client|opentelemetry/.test(name);

module.exports = {
  ...own,
  rootDir: './suite/packages/test',
  moduleNameMapper: {
    ...Object.fromEntries(Object.entries(own.moduleNameMapper).filter(published)),
    '^(@[^/]+/[^/]+)/src/(.*)$': '$1/dist/$2', // the package has no sources
  },
  transform: {'^.+\\.tsx?$': 'ts-jest'},
  globals: {'ts-jest': {tsconfig: '<rootDir>/../../../tsconfig.json', isolatedModules: true, diagnostics: false}},
};
