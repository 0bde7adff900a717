import { expect, test } from 'vitest';
import { openLog } from './log.ts';

const NUMBER = '+12025550123';

/** What one call of the log writes. */
function written(write: (log: ReturnType<typeof openLog>) => void): string {
  let lines = '';
  write(
    openLog('info', {
      write: (line) => {
        lines += line;
      },
    }),
  );
  return lines;
}

test('the number of a person never leaves the process, whatever its field is called', () => {
  const line = written((log) => {
    log.warn({ pbx: 'main', 'pii.dialled': NUMBER, 'pii.anything': NUMBER }, 'a call came in');
  });
  expect(line).not.toContain(NUMBER);
  expect(JSON.parse(line)).toMatchObject({
    level: 'warn',
    pbx: 'main',
    'pii.dialled': '[hidden]',
    msg: 'a call came in',
  });
});

test('the values in an error of the database stay out of the log', () => {
  const detail = `Key (number)=(${NUMBER}) already exists.`;
  const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail });
  const line = written((log) => {
    log.error({ err: new Error('not written', { cause }) }, 'a request failed');
  });
  expect(line).not.toContain(NUMBER);
  expect(JSON.parse(line)).toMatchObject({
    err: { message: 'not written', cause: { message: 'duplicate key', code: '23505' } },
  });
});

test('a number in the words of a database or a PBX is masked', () => {
  const line = written((log) => {
    const cause = new Error(`invalid input: "${NUMBER}"`);
    log.error({ err: new Error(`not written: ${NUMBER}`, { cause }) }, 'a request failed');
    log.warn(
      { problem: `no route to ${NUMBER}`, leg: 'c0ffee00-0000-4000-8000-123456789012' },
      'x',
    );
  });
  expect(line).not.toContain(NUMBER.slice(1));
  expect(line).toContain('no route to +120…23');
  expect(line).toContain('c0ffee00-0000-4000-8000-123456789012');
});

test('a password and an address that may hold one stay out of the log', () => {
  const line = written((log) => {
    log.info({ password: 'hunter2', pbx: { password: 'hunter2', url: 'http://a:hunter2@b' } }, 'x');
    log.info({ url: 'postgres://ringback:hunter2@db/ringback' }, 'x');
  });
  expect(line).not.toContain('hunter2');
});

test('what is below the level is not written', () => {
  expect(
    written((log) => {
      log.debug({}, 'x');
    }),
  ).toBe('');
});
