import { LOOPBACK } from './options.ts';
import {
  CUSTOMER_NUMBER,
  type Phones,
  QUEUE_CODE,
  QUEUE_NUMBER,
  STAND_INS,
} from './telephone-network.ts';

/** What is printed when the PBX is ready: what to type where, in the order in which it is done. */
export function instructions(phones: Phones, version: string): string {
  return `ready: ${version}, SIP on ${serverOf(phones)} (UDP)
${reach(phones)}
Set up this account in a softphone. It is the phone of a customer, ${CUSTOMER_NUMBER}:

${account('customer', phones.customerPassword, phones)}

In another terminal, in this folder, while Ringback runs (npm start):

  npx ringback apply practice/centre.yaml     replaces what was applied before
  npx ringback status

Call ${QUEUE_CODE} from the softphone: the queue, ${QUEUE_NUMBER}. Press 1 when you are asked, and hang up. Then let an agent come to
work who answers by itself and sends back what it hears; your phone rings:

  npx ringback agent set echo available

These call the queue as somebody else, to whom Ringback's call goes then:

${STAND_INS.map(({ code, number, whose }) => `  ${code}  ${number}, ${whose}`).join('\n')}

A second softphone can be an agent's; its agent is called "agent":

${account('agent', phones.agentPassword, phones)}

Ctrl-C ends the PBX. To end it and to remove everything that it has made: npm run pbx -- down
`;
}

function reach({ address }: Phones): string {
  return address === LOOPBACK
    ? 'Only softphones on this machine reach it; --listen ADDRESS lets in those on others.\n'
    : `Whoever reaches ${address} can try passwords, and calls are not encrypted: use it only in a network that you trust.\n`;
}

function account(name: string, password: string, phones: Phones): string {
  return `  user name   ${name}
  password    ${password}
  server      ${serverOf(phones)}
  transport   UDP`;
}

function serverOf({ address, port }: Phones): string {
  return `${address}:${port.toString()}`;
}
