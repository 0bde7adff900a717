import { expect, test } from 'vitest';
import { instructions } from './instructions.ts';
import { practiceDialplan, practicePhones, STAND_INS } from './telephone-network.ts';

const phones = {
  address: '192.0.2.7',
  port: 5062,
  customerPassword: 'first-secret',
  agentPassword: 'second-secret',
};

test('whoever lets other machines in is told the risk, and only they', () => {
  const risk = 'can try passwords, and calls are not encrypted';
  expect(instructions(phones, 'Asterisk 22')).toContain(`Whoever reaches 192.0.2.7 ${risk}`);
  const alone = instructions({ ...phones, address: '127.0.0.1' }, 'Asterisk 22');
  expect(alone).not.toContain(risk);
  expect(alone).toContain('Only softphones on this machine reach it');
});

test('the accounts that are printed are those that the PBX knows, at the address where it listens', () => {
  const printed = instructions(phones, 'Asterisk 22');
  const configured = practicePhones(phones);
  expect(configured).toContain('bind=192.0.2.7:5062');
  for (const [user, password] of [
    ['customer', 'first-secret'],
    ['agent', 'second-secret'],
  ]) {
    expect(printed).toMatch(
      new RegExp(
        `user name +${String(user)}\\n +password +${String(password)}\\n +server +192\\.0\\.2\\.7:5062\\n`,
      ),
    );
    expect(configured).toContain(`username=${String(user)}\npassword=${String(password)}\n`);
  }
});

test('every code that is printed can be dialled, and its number is known to the stand-in carrier', () => {
  const [customer = '', carrier = ''] = practiceDialplan().split('[stand-in-carrier]');
  for (const { code, number } of STAND_INS) {
    expect(instructions(phones, '')).toContain(`  ${code}  ${number}, `);
    expect(customer).toContain(`exten => ${code},1,Set(CALLERID(all)=${number})`);
    expect(carrier).toContain(`exten => ${number},1,`);
  }
});
