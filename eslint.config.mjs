import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';
import { commentWidth } from './scripts/comment-width.mjs';

const root = dirname(fileURLToPath(import.meta.url));

/*
 * Who may import whom, by folder of src/. `values`: folders (or files of src/) it may import from,
 * besides itself; `files`: single files besides; `types`: `import type` only;
 * `lazily`: `import()` only, or `require` in a function; `packages`: which packages (default: all).
 * A folder that is not listed may import anything.
 */
const nobody = /^$/;
// Files of src/ that every folder may use: plain code without imports, which decides nothing.
const plain = ['given'];
const outsideTemporal = /^(?!@temporalio\/)/;
const walls = {
  domain: { values: [], types: ['contracts'], packages: nobody },
  contracts: { values: [], types: ['domain'], packages: /^zod$/ },
  workflows: {
    values: ['domain', 'contracts'],
    types: ['activities'],
    packages: /^@temporalio\/(workflow|common)(\/|$)/,
  },
  activities: {
    values: ['domain', 'contracts', 'time-limit'],
    types: [],
    packages: /^(?!@temporalio\/(client|worker|workflow))/,
  },
  // workflows: names, search attributes and message types; the gateway needs them to address a
  // workflow.
  api: {
    values: ['domain', 'contracts', 'config', 'words', 'web', 'workflows', 'time-limit', 'grpc-code', 'payload-codec'],
    types: ['activities'],
    packages: outsideTemporal,
  },
  // What people read, where a library is needed for it: HTML, overriding templates.
  words: { values: ['domain', 'contracts'], types: [], packages: /^(markdown-it|liquidjs)$/ },
  // files: what channels.yaml says of each vendor stands beside its adapter; see channelEntries.
  config: {
    values: ['domain', 'contracts', 'words', 'secret-file'],
    files: /^activities\/channels\/[a-z]+\/config$/,
    types: ['activities'],
    packages: outsideTemporal,
  },
  // Verbs that need no server (lint, config check) load configuration and rules when they run, and
  // only then: by one file.
  cli: {
    values: ['contracts', 'time-limit', 'secret-file'],
    types: ['contracts'],
    lazily: ['config'],
    packages: outsideTemporal,
  },
  // Runs in browsers too: views are types to it, and what it imports by value is free of zod.
  web: { values: ['contracts'], types: ['contracts'], packages: /^preact(\/|-render-to-string$|$)/ },
  embedded: { values: ['workflows', 'grpc-code'], types: [], packages: /^/ },
};
// Why these folders take no contracts with zod, other than as types.
const withoutZod = {
  workflows: 'it more than doubles the bundle that every worker loads',
  web: 'it is several times what a browser would load otherwise',
};
// `muster config check` reads these without a server: an import of an adapter would load the
// vendor's client and Temporal with it.
const channelEntries = /^activities\/channels\/([a-z]+\/config|entry-fields)\.ts$/;
const besideChannelEntries = /^(contracts\/|activities\/channels\/entry-fields$)/;
// The one user of the client; composition roots connect it.
const gateway = /^api\/temporal\/[^/]*\.ts$/;

/*
 * The rooms of a folder, from the ground up: a room imports from those before it in its list, never
 * from those after it. Files of the folder itself count by their name.
 */
const rooms = {
  domain: [
    'model',
    'text',
    'time',
    'state',
    'alerts',
    'changes',
    'access',
    'deadlines',
    'on-call',
    'messages',
    'engine',
    'views',
    'coverage',
    'rehearsal',
    'index',
  ],
  config: [
    'files',
    'compile',
    'alert-presets',
    'checks',
    'payload-keys',
    'environment',
    'loaded',
    'load-templates',
    'read-files',
    'load',
    'starter',
    'in-force',
    'alerts-in-force',
    'live-directory',
    'scenarios',
    'index',
  ],
  api: ['temporal', 'http', 'access', 'present', 'admission', 'routes', 'openapi', 'answers', 'failures', 'app'],
  cli: ['terminal', 'client', 'render', 'verbs', 'program', 'run', 'main'],
};

const wallsRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(resolve(root, 'src'), context.filename).replaceAll('\\', '/');
    const folder = file.split('/')[0];
    const wall = walls[folder];
    if (wall === undefined || file.startsWith('..')) return {};
    const check = (node, source, kind) => {
      if (typeof source !== 'string') return;
      const refuse = (message) => context.report({ node, message: `src/${folder} ${message}` });
      if (!source.startsWith('.')) {
        const packages = channelEntries.test(file) ? /^zod$/ : wall.packages;
        if (kind === 'type' || packages === undefined || packages.test(source)) return;
        if (gateway.test(file) && /^@temporalio\/(client|common)/.test(source)) return;
        return refuse(`may not import the package '${source}'.`);
      }
      const target = resolve(dirname(context.filename), source);
      const path = relative(resolve(root, 'src'), target).replaceAll('\\', '/');
      const other = path.split('/')[0];
      if (plain.includes(other)) return;
      if (channelEntries.test(file) && kind !== 'type' && !besideChannelEntries.test(path))
        return refuse('may import only zod and contracts into what channels.yaml says of a channel.');
      if (other === folder) return checkRooms(path, refuse);
      if (wall.files?.test(path)) return;
      if (other === 'config' && relative(resolve(root, 'src', 'config'), target) !== '')
        return refuse('may import from src/config by its door only, which is index.ts.');
      if (kind === 'type' && wall.types.includes(other)) return;
      if (kind === 'lazy' && wall.lazily?.includes(other)) return;
      if (!wall.values.includes(other)) {
        const how = wall.types.includes(other) ? ' other than by `import type`' : '';
        return refuse(`may not import from src/${other}${how}.`);
      }
      if (withoutZod[folder] !== undefined && other === 'contracts' && kind !== 'type' && importsZod(target))
        refuse(`may only import contracts that are free of zod: ${withoutZod[folder]}.`);
    };
    const roomIn = (path) => path.split('/')[1]?.replace(/\.ts$/, '') ?? 'index';
    const checkRooms = (target, refuse) => {
      const order = rooms[folder];
      if (order === undefined) return;
      const [from, to] = [roomIn(file), roomIn(target)];
      for (const room of [from, to])
        if (!order.includes(room))
          return refuse(`has no room '${room}' in the list of eslint.config.mjs: say where it stands.`);
      if (order.indexOf(to) > order.indexOf(from))
        refuse(`${from} may not import from ${to}: it stands above it (${order.join(' < ')}).`);
    };
    const kindOf = (node) => {
      if ((node.importKind ?? node.exportKind) === 'type') return 'type';
      const parts = node.specifiers ?? [];
      return parts.length > 0 && parts.every((part) => (part.importKind ?? part.exportKind) === 'type')
        ? 'type'
        : 'value';
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value, kindOf(node)),
      ExportNamedDeclaration: (node) => node.source && check(node, node.source.value, kindOf(node)),
      ExportAllDeclaration: (node) => check(node, node.source.value, kindOf(node)),
      ImportExpression: (node) => check(node, node.source.value, 'lazy'),
      TSImportEqualsDeclaration: (node) => check(node, node.moduleReference.expression?.value, 'value'),
      'CallExpression[callee.name="require"]': (node) => {
        const isLate = context.sourceCode.getAncestors(node).some(({ type }) => /Function/.test(type));
        check(node, node.arguments[0]?.value, isLate ? 'lazy' : 'value');
      },
    };
  },
};

const zodMethods = new Set(
  ['parse', 'decode', 'encode']
    .flatMap((verb) => [verb, `${verb}Async`])
    .flatMap((method) => [method, `safe${method[0].toUpperCase()}${method.slice(1)}`])
    .concat('spa'),
);
// By type: JSON.parse and commander's parseAsync are let through, and a schema is found under any
// name.
const parseRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const services = context.sourceCode.parserServices;
    const isSchema = (node) =>
      services.program.getTypeChecker().getApparentType(services.getTypeAtLocation(node)).getProperty('_zod') !==
      undefined;
    const isZod = (node) => node.type === 'Identifier' && node.name === 'z';
    const check = (node, holder, key, isComputed) => {
      const name = key.type === 'Literal' ? key.value : isComputed ? undefined : key.name;
      if (zodMethods.has(name) && (isZod(holder) || isSchema(holder)))
        context.report({ node, message: 'zod throws at some values: use `parse` of src/contracts/parse.ts.' });
    };
    return {
      MemberExpression: (node) => check(node, node.object, node.property, node.computed),
      'VariableDeclarator[id.type="ObjectPattern"][init]': (node) => {
        for (const { key, computed } of node.id.properties) if (key) check(node, node.init, key, computed);
      },
    };
  },
};

function importsZod(module, seen = new Set()) {
  if (seen.has(module)) return false;
  seen.add(module);
  for (const file of [`${module}.ts`, `${module}/index.ts`]) {
    let text;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      continue;
    }
    for (const [, source] of text.matchAll(/^(?:import|export)(?!\s+type\b)[^;]*?from '([^']+)'/gm)) {
      if (source === 'zod' || (source.startsWith('.') && importsZod(resolve(dirname(file), source), seen))) return true;
    }
  }
  return false;
}

const ofBrowsers = [
  ...['window', 'document', 'self', 'parent', 'top', 'frames', 'origin', 'location', 'history', 'navigator'],
  ...['name', 'event', 'status', 'length', 'closed', 'open', 'close', 'stop', 'find', 'print', 'scroll', 'focus'],
  ...['localStorage', 'sessionStorage', 'screen', 'alert', 'confirm', 'prompt'],
];
const builtins = builtinModules.filter((name) => !name.startsWith('_') && !name.startsWith('node:'));

export default defineConfig(
  { ignores: ['dist*/', 'coverage/', '.muster/', '.venv/', 'test/replay/histories/'] },
  eslint.configs.recommended,
  {
    plugins: { layout: { rules: { 'comment-width': commentWidth } } },
    rules: { 'layout/comment-width': 'error' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { muster: { rules: { walls: wallsRule, parse: parseRule } } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async stand-in for a port need not await; numbers in messages are fine.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      'muster/walls': 'error',
      'no-restricted-properties': [
        'error',
        ...['any', 'timeout'].map((property) => ({
          object: 'AbortSignal',
          property,
          message: 'On Node 20 the garbage collector ends such a limit: use `within` of src/time-limit.ts.',
        })),
      ],
    },
  },
  {
    // Tests may: there a throw is a failure that says what did not fit.
    files: ['src/**/*.{ts,tsx}', 'scripts/**/*.ts', 'bench/**/*.ts'],
    ignores: ['src/contracts/parse.ts'],
    rules: {
      'muster/parse': 'error',
      // A switch names every case or has a default, which says in words why the rest does not
      // matter.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    // The types of Preact bring those of browsers to every file, where a forgotten variable `name`
    // or `status` would then compile.
    files: ['**/*.ts'],
    rules: { 'no-restricted-globals': ['error', ...ofBrowsers] },
  },
  {
    // These read answers as a client does: as JSON of whatever shape arrived.
    files: ['test/api/**/*.ts', 'test/cli/**/*.ts'],
    rules: Object.fromEntries(
      ['assignment', 'member-access', 'call', 'argument', 'return'].map((use) => [
        `@typescript-eslint/no-unsafe-${use}`,
        'off',
      ]),
    ),
  },
  {
    // A test that reads the machine's clock passes on some days and fails on others.
    files: ['test/**/*.{ts,tsx}'],
    // The first says when it is right; the second is what the others see as the clock.
    ignores: ['test/support/clock.ts', 'test/support/faked-day.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          "MemberExpression[object.name='Date'][property.name='now']",
          "NewExpression[callee.name='Date'][arguments.length=0]",
          "CallExpression[callee.name='Date']",
          "MemberExpression[object.name='Temporal'][property.name='Now']",
        ].map((selector) => ({
          selector,
          message:
            'A test must pass on any day: use `t0` or a date of its own, `performance.now()` for how long something takes, ' +
            '`present` of test/support/clock.ts for what the product compares with its own clock.',
        })),
      ],
    },
  },
  {
    // Pure or deterministic: nothing that answers differently the second time.
    files: ['src/domain/**/*.ts', 'src/workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...ofBrowsers,
        'process',
        'Buffer',
        'fetch',
        'performance',
        'crypto',
        'setInterval',
        'setImmediate',
      ],
      'no-restricted-imports': ['error', { paths: builtins, patterns: ['node:*'] }],
    },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'The domain has no clock: time is an argument.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The domain has no clock: time is an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'The domain is pure.',
        },
      ],
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'require',
          'module',
          '__dirname',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'URL',
          'fetch',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
