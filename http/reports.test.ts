import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportView } from '../contract/reports.ts';
import type { CentreRows } from '../tests/support/centre-rows.ts';
import { openTestServer, type TestServer } from '../tests/support/server.ts';

let server: TestServer;
let rows: CentreRows;

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => server.close());
beforeEach(async () => {
  rows = await server.emptyCentre();
});

const PERIOD = 'from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z';

async function asked(query: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await server.app.inject(`/api/v1/reports/callbacks?${query}`);
  return { status: response.statusCode, body: response.json() };
}

describe('a report', () => {
  test('has its figures with numerator, denominator and meaning, for one queue or all', async () => {
    const callback = await rows.callback({ state: 'completed' });
    await rows.attempt(callback, { outcome: 'connected' });
    for (const query of [PERIOD, `${PERIOD}&queue=support`]) {
      const report = reportView.parse((await asked(query)).body);
      expect(report.metrics.find(({ name }) => name === 'reconnect-rate')).toEqual({
        name: 'reconnect-rate',
        value: 1,
        numerator: 1,
        denominator: 1,
        means:
          'callbacks in which customer and agent talked at least the success duration / callbacks',
      });
    }
  });

  test.each([
    ['to=2027-03-02T00:00:00Z', 400, 'REQUEST_INVALID', 'query.from'],
    ['from=yesterday&to=2027-03-02T00:00:00Z', 400, 'REQUEST_INVALID', 'query.from'],
    [
      'from=2027-03-02T00:00:00Z&to=2027-03-02T00:00:00Z',
      400,
      'REQUEST_INVALID',
      'allowed a time later than from, by at most 366 days',
    ],
    ['from=2027-01-01T00:00:00Z&to=2028-01-02T00:00:01Z', 400, 'REQUEST_INVALID', 'query.to'],
    [`${PERIOD}&queue=sales`, 404, 'QUEUE_UNKNOWN', '"sales"'],
    [`${PERIOD}&limit=3`, 400, 'REQUEST_INVALID', 'query.limit'],
  ])('%s is refused with what is allowed', async (query, status, code, detail) => {
    const answer = await asked(query);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body['detail']).toContain(detail);
  });
});
