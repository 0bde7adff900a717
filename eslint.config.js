import eslint from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom. Read: the folder on the left may import itself and the paths on the right, nothing else of
 * this repository. The table with its reasons stands in ARCHITECTURE.md.
 */
const layers = {
  core: ['core'],
  contract: ['contract'],
  telephony: ['telephony', 'core'],
  store: ['store', 'core'],
  engine: ['engine', 'core', 'store', 'telephony/driver.ts'],
  http: ['http', 'contract', 'engine', 'store', 'core'],
  cli: ['cli', 'contract'],
  server: ['server', 'core', 'store'],
  demo: ['demo', 'core', 'store', 'telephony'],
  bench: ['bench', 'core', 'store', 'engine', 'telephony', 'practice-pbx'],
  sim: ['sim', 'core', 'store', 'engine', 'telephony'],
  'practice-pbx': ['practice-pbx'],
};
const zones = Object.entries(layers).map(([target, allowed]) => ({
  target: `./${target}/**/!(*.test).ts`,
  from: '.',
  except: ['./node_modules', ...allowed.map((path) => `./${path}`)],
  message: `${target}/ may import only ${allowed.join(', ')} (ARCHITECTURE.md, "Who may import whom").`,
}));

export default tseslint.config(
  { ignores: ['dist/**', '**/*.js', '**/*.mjs', '**/generated/**'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  importX.flatConfigs.typescript,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
    languageOptions: {
      parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: './tsconfig.lint.json' }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-duplicates': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/strict-boolean-expressions': [
        'error',
        { allowString: false, allowNumber: false, allowNullableObject: false },
      ],
      '@typescript-eslint/no-unsafe-type-assertion': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/promise-function-async': 'error',
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      curly: ['error', 'multi-line'],
      'no-console': 'error',
      'no-param-reassign': 'error',
      'max-lines-per-function': ['error', { max: 70 }],
      'max-lines': ['error', { max: 400 }],
      'max-params': ['error', 4],
      'max-depth': ['error', 3],
    },
  },
  {
    // The only files that may mint branded values.
    files: ['core/prelude/time.ts', 'core/prelude/ids.ts', 'core/numbers/number.ts'],
    rules: { '@typescript-eslint/no-unsafe-type-assertion': 'off' },
  },
  {
    files: ['core/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Date', message: 'The core reads no clock: take nowMs as an argument.' },
        { name: 'performance', message: 'The core reads no clock.' },
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'The core throws no dice: take a Rng as an argument.',
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'AwaitExpression', message: 'The core is synchronous.' },
        {
          selector: 'ClassDeclaration[superClass=null]',
          message: 'The core holds plain data and functions.',
        },
      ],
    },
  },
  {
    // A default export is what these tools ask for.
    files: ['vitest.config.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    // A test reads top to bottom; its length is its story.
    files: ['**/*.test.ts', 'tests/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
);
