import { describe, expect, test } from 'vitest';
import { profileOf } from './profile.ts';
import { AsteriskSettingsError, targetOf } from './settings.ts';

const ACCOUNT = { username: 'ringback', password: 'a-secret' };

describe('where an Asterisk may be', () => {
  for (const url of [
    'http://127.0.0.1:8088',
    'http://localhost:8088/',
    'http://[::1]:8088',
    'http://127.9.9.9',
  ]) {
    test(`${url} is this machine: plain HTTP is fine`, () => {
      expect(targetOf({ ...ACCOUNT, url }).baseUrl).toBe(url.replace(/\/$/, ''));
    });
  }

  for (const url of [
    'http://10.0.0.5:8088',
    'http://pbx.example.com:8088',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0:8088',
  ]) {
    test(`${url} in clear text is refused unless it is allowed`, () => {
      expect(() => targetOf({ ...ACCOUNT, url })).toThrow(/without encryption/);
      expect(targetOf({ ...ACCOUNT, url, allowInsecure: true }).baseUrl).toBe(url);
    });
  }

  test('an encrypted way leads anywhere, and the prefix of http.conf is kept', () => {
    const { baseUrl } = targetOf({ ...ACCOUNT, url: 'https://pbx.example.com:8089/asterisk/' });
    expect(baseUrl).toBe('https://pbx.example.com:8089/asterisk');
  });

  for (const url of [
    '',
    'pbx:8088',
    'ws://127.0.0.1:8088',
    'ftp://127.0.0.1',
    'http://me:word@127.0.0.1:8088',
  ]) {
    test(`"${url}" is no address`, () => {
      expect(() => targetOf({ ...ACCOUNT, url })).toThrow(AsteriskSettingsError);
    });
  }

  test('a complaint never holds the password', () => {
    for (const url of ['http://10.0.0.5', 'http://u:a-secret@127.0.0.1', 'nonsense']) {
      expect(() => targetOf({ ...ACCOUNT, url })).toThrow(/^((?!a-secret).)*$/);
    }
  });

  test('an application name cannot smuggle anything in', () => {
    const url = 'http://127.0.0.1:8088';
    for (const application of ['', 'a,b', 'a b', 'ring.back', 'x'.repeat(41)]) {
      expect(() => targetOf({ ...ACCOUNT, url, application })).toThrow(AsteriskSettingsError);
    }
  });
});

describe('which versions take requests over the WebSocket', () => {
  const versions: readonly (readonly [string, boolean])[] = [
    ['22.10.1+dfsg+~cs6.17.60671434-1', true],
    ['22.4.0', true],
    ['22.3.0', false],
    ['21.9.0', true],
    ['21.8.0', false],
    ['20.14.1', true],
    ['20.6.0~dfsg+~cs6.13.40431414-2build5', false],
    ['18.26.0', false],
    ['23.0.0', true],
    ['certified/20.7-cert3', false],
    ['GIT-master-abc', false],
  ];
  for (const [version, restOverSocket] of versions) {
    test(`${version}: ${restOverSocket ? 'yes' : 'no'}`, () => {
      expect(profileOf(version)).toEqual({ restOverSocket });
    });
  }
});
