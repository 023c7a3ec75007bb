// A Muster reduced to its embedded server, for tests that kill it. Arguments: binary, data folder.
require('tsx/cjs');
const { startEmbeddedServer } = require('../../src/embedded/dev-server.ts');
startEmbeddedServer({ binary: process.argv[2], dataDir: process.argv[3], log: console.error }).then(
  ({ address, pid }) => {
    console.log(JSON.stringify({ address, pid }));
    setInterval(() => undefined, 60_000);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
