import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accountFrom, canReach } from './account.ts';
import { AccountMissingError } from './errors.ts';

test('root hands PostgreSQL to postgres, else to nobody, never to an account of root', () => {
  const nobody = 'nobody:*:-2:-2:Nobody:/:/bin/false';
  expect(accountFrom(`root:x:0:0\n${nobody}\npostgres:x:101:104::/:`).uid).toBe(101);
  expect(accountFrom(`root:x:0:0\n${nobody}`)).toMatchObject({ uid: 4294967294, gid: 4294967294 });
  expect(accountFrom(`postgres:x:0:0\nnobody:x:65534:65534`).uid).toBe(65534);
  expect(() => accountFrom('root:x:0:0')).toThrow(AccountMissingError);
});

test('a readable file below a closed folder is out of reach', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-reach-'));
  const file = join(folder, 'file');
  const stranger = { uid: 4_000_001, gid: 4_000_001 };
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  chmodSync(folder, 0o711);
  expect(canReach(file, stranger)).toBe(true);
  expect(canReach(folder, stranger)).toBe(false);
  chmodSync(folder, 0o700);
  expect(canReach(file, stranger)).toBe(false);
  rmSync(folder, { recursive: true });
});
